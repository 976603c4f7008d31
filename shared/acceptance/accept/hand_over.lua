-- Hand a message to who waits for one, claimed, in the step that takes it: as claim.lua claims what
-- nothing stands in the way of. After "homes", "lines" and "clock".
--- @include "offers"
--- @include "timeline"

-- The names of what a claim would look at before it takes a message of a lane.
local function what_a_claim_minds(wake, line)
  return {fleet_name(wake, 'paused'), fleet_name(wake, 'held'), fleet_name(wake, 'suspects'),
    fleet_name(wake, 'control-due'), fleet_name(wake, 'lane:') .. control_line(lane_of(line))}
end

-- Who takes a message of an idle lane at once: the only consumer, while it lives and offers a place,
-- where there is nothing of that (`is_quiet`: this is known). Gives it, and when its lease lapses; or
-- nil.
local function taker(wake, lane, is_quiet)
  local handed, upto, me = offer(wake)
  if handed >= upto then
    return nil
  end
  local some = redis.call('ZRANGE', fleet_name(wake, 'members'), 0, 1, 'WITHSCORES')
  if #some ~= 2 or some[1] ~= me or tonumber(some[2]) <= now_ms() then
    return nil
  end
  local is_free = is_quiet or redis.call('EXISTS', unpack(what_a_claim_minds(wake, lane))) == 0
  return is_free and {me = me, lapses = some[2]} or nil
end

-- The marks of the claim, as HSET takes them. `it.number_here` makes the token this claim's alone
-- where a failover of Redis gives the count twice.
local function marks_of_claim(it)
  local me, now = it.taker.me, string.format('%.0f', now_ms())
  it.claimed = now
  it.token = redis.call('INCR', fleet_name(it.wake, 'token')) .. '.' .. me .. '.' .. it.number_here
  return {'token', it.token, 'by', me, 'starts', '1', 'began', now,
    'timeline', step(now, 'claimed', '1')}
end

-- It blocks on the list. What it never takes from there is given back (reclaim.lua, leave.lua).
local function hand_over(it)
  local me = it.taker.me
  local number = redis.call('HINCRBY', fleet_name(it.wake, 'offers'), 'handed', 1)
  redis.call('SADD', fleet_name(it.wake, 'running'), it.id)
  redis.call('ZADD', it.queue, it.claimed, it.id)
  redis.call('SET', it.progress, me, 'PXAT', it.taker.lapses)
  redis.call('RPUSH', fleet_name(it.wake, 'handed-to:') .. me, cjson.encode({
    number = number, job = it.id, token = it.token, claimed = it.claimed, line = it.line,
    body = it.body, ticket = it.ticket}))
end
