#!lua flags=allow-oom
-- Take over what dead members left running: make it runnable, fence them off, and count the crash,
-- but for what was handed to them and they never took. Only a member may.
-- KEYS  members, running, queue, suspects, wake, members that bear no other, members that drain,
--       control words due
-- ARGV  me, prefix of message keys, prefix of arq's in-progress keys, lease ms
-- Gives ms until the next lease of another lapses, unless its heart beats, or -1; then the job ids.
-- {} when we are no member. Where Redis is just back none is dead until our own heart has beaten.
--- @include "clock"
--- @include "members"
--- @include "wake"
--- @include "lines"
--- @include "timeline"
--- @include "give_back"
local members, running, queue, suspects, wake, alone, leaving, control_due = unpack(KEYS)
local me, message_key, progress_key, lease_ms = unpack(ARGV)
local now = string.format('%.0f', now_ms())

if not is_member(members, me) then
  return {}
end
if silent_since(members, lease_ms) then
  return {math.floor(lease_ms / 10)}
end
local lives, lapses_in = {}, -1
for _, other in ipairs(living(members)) do -- who lapses next comes first
  lives[other] = true
  if other ~= me and lapses_in < 0 then
    lapses_in = math.max(0, redis.call('ZSCORE', members, other) - now_ms())
  end
end
local buried = bury(members, alone, leaving)

-- The tokens of what lies handed over to a dead one (hand_over.lua), which never began.
local untaken = {}
local function never_began(id, by)
  if not untaken[by] then
    untaken[by] = {}
    local list = fleet_name(wake, 'handed-to:') .. by
    for _, word in ipairs(redis.call('LRANGE', list, 0, -1)) do
      untaken[by][cjson.decode(word).token] = true
    end
    redis.call('DEL', list)
  end
  return untaken[by][redis.call('HGET', message_key .. id, 'token')]
end

-- By whom each was run; an older release did not say.
local left, whose, count = {}, {}, {}
local it = {message_key = message_key, progress_key = progress_key, running = running,
  queue = queue, control_due = control_due, wake = wake}
for _, id in ipairs(redis.call('SMEMBERS', running)) do
  local by = redis.call('HGET', message_key .. id, 'by') or ''
  if not lives[by] and never_began(id, by) then
    give_back(it, id)
  elseif not lives[by] then
    left[#left + 1], whose[id] = id, by
    count[by] = (count[by] or 0) + 1
  end
end
for _, id in ipairs(left) do
  local message = message_key .. id
  redis.call('HDEL', message, 'token', 'began')
  local crashes = redis.call('HINCRBY', message, 'crashes', 1)
  note_step(message, step(now, 'crashed', crashes))
  -- What was alone when the process went down is guilty; company only makes suspects.
  redis.call('HSET', message, 'alone', count[whose[id]] == 1 and '1' or '0', 'for', me)
  redis.call('LREM', suspects, 0, id)
  -- Each runs alone next, control words first: "stop" is not to wait for what it is to stop.
  local lane = redis.call('HGET', message, 'lane') or ''
  redis.call(is_control(lane) and 'LPUSH' or 'RPUSH', suspects, id)
  redis.call('DEL', progress_key .. id)
  run_from(queue, control_due, lane, id, now)
  redis.call('SREM', running, id)
end
if #left > 0 or buried > 0 then
  wake_all(wake) -- their lanes are anybody's, too
end
table.insert(left, 1, lapses_in)
return left
