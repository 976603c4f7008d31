#!lua flags=allow-oom
-- Settle a message: record its outcome, take it off its lane, let the next one run. Everything
-- arq's own finish would write is written here, under the fencing token.
-- (allow-oom: settling frees memory, so a full Redis must not refuse it.)
-- With an empty token it settles a message that waits: nobody may have claimed it.
-- KEYS  message, lane list, queue, running, suspects, lanes, wake, arq job, arq in-progress,
--       arq retry, arq result, dead letters, dead letter, who was notified,
--       control words due, signs of ended messages, arrivals, ended, ended messages, the day's
--       counts, the list of the lane whose line this is, the line's last post, the lane's events
-- ARGV  job id, token or '', lane, outcome JSON, arq result JSON (in which that is), keep seconds,
--       '1' to keep it as a dead letter, far future ms, the beginning of the JSON that is kept of it
--       (up to its posts), its last steps, how many ended messages are kept, seconds that a day's
--       counts are, prefix of message keys, its posts as JSON where the last is not on record yet,
--       else '', the id of that, '1' when the place that falls free is offered (hand_over.lua), the id
--       of a batch of events, how many parts these have, these: kind and JSON by turns, then name,
--       number, name, number ... to be added to the counts
-- Gives 'settled', 'signs left' (it was, and its signs stand yet), 'fenced' (another holds it) or
-- 'gone' (settled before); then 1 where whoever settles has to look for the next, which is due: it is
-- sent no word of it; then, of what is gone, the arq result JSON that it had.
--- @include "wake"
--- @include "lines"
--- @include "promote"
--- @include "clock"
--- @include "stream"
--- @include "last_post"
local message, lane, queue, running, suspects, lanes, wake, job, progress, retry, result,
  dead_letters, dead_letter, notified, control_due, left_signs, arrivals, ended, ended_messages,
  day, lane_itself, last_post, events = unpack(KEYS)
local id, token, lane_name, ending, report, keep, is_dead, far, about, steps,
  most_ended, keep_day, message_key, now_posted, newest_post, is_offered, batch,
  parts = unpack(ARGV)

local now = string.format('%.0f', now_ms())
local is_there, holder, traces, posted, timeline, crashes, arrived, streamed = unpack(
  redis.call('HMGET', message, 'lane', 'token', 'traces', 'posted', 'timeline', 'crashes',
    'arrived', 'streamed'))
if not is_there then
  return {'gone', 1, redis.call('GET', result) or ''}
end
if (holder or '') ~= token then
  return {'fenced', 0, ''}
end
if now_posted ~= '' then
  posted = now_posted
  note_last_post(last_post, newest_post)
end
redis.call('SET', result, report, 'EX', keep)
-- What still stands of its signs is taken down later (consumer.progress.left_signs).
local are_signs_left = traces and traces ~= '{}' and not cjson.decode(traces).done
if are_signs_left then
  redis.call('HSET', left_signs, id, '[' .. traces .. ',' .. ending .. ']')
end
-- What operators look through: the newest that have ended, and the counts of a day.
-- (Of what an older release accepted `arrivals` alone knows when.)
arrived = not is_control(lane_name) and (arrived or redis.call('ZSCORE', arrivals, id))
local whole = timeline and timeline .. ',' .. steps or steps -- the end is told however long it was
redis.call('ZADD', ended, now, id)
redis.call('HSET', ended_messages, id, about .. ',"posts":' .. (posted or '[]')
  .. ',"arrived_ms":' .. (arrived or 'null') .. ',"steps":[' .. whole .. ']}')
local function forget_the_oldest()
  for _, old in ipairs(redis.call('ZRANGE', ended, 0, -1 - most_ended)) do
    redis.call('ZREM', ended, old)
    redis.call('HDEL', ended_messages, old)
  end
end
local FIRST_EVENT = 19
local last_event = FIRST_EVENT - 1 + parts
local is_new = false
for place = last_event + 1, #ARGV, 2 do
  local count = redis.call('HINCRBY', day, ARGV[place], ARGV[place + 1])
  is_new = is_new or count == tonumber(ARGV[place + 1])
  if place == last_event + 1 and count % 10 == 0 then
    forget_the_oldest() -- with every tenth of its kind that a day has
  end
end
if is_new then
  redis.call('EXPIRE', day, keep_day)
end
if last_event >= FIRST_EVENT then
  append_batch(events, batch, FIRST_EVENT, last_event)
  local MINUTE_MS = 60 * 1000
  if not streamed or now - streamed > MINUTE_MS then
    keep_stream(events) -- else it was kept when the message came, or in the minute before
  end
end
local over = {job, progress, retry}
if is_dead == '1' then
  redis.call('HDEL', message, 'token', 'reply')
  redis.call('HSET', message, 'outcome', ending, 'timeline', whole)
  if now_posted ~= '' then
    redis.call('HSET', message, 'posted', posted)
    redis.call('HDEL', message, 'posting')
  end
  redis.call('RENAME', message, dead_letter)
  redis.call('ZADD', dead_letters, now, id)
else
  over[#over + 1] = message
end
redis.call('ZREM', queue, id)
redis.call('SREM', running, id)
if arrived then
  redis.call('ZREM', arrivals, id)
end
if crashes then
  redis.call('LREM', suspects, 0, id)
end
-- Gives who is the line's first now. (Mostly nobody stands behind: one step.)
local function leave_line()
  local first = redis.call('LPOP', lane, 2) or {}
  if first[1] == id then
    if first[2] then
      redis.call('LPUSH', lane, first[2])
    end
    return first[2]
  end
  for place = #first, 1, -1 do
    redis.call('LPUSH', lane, first[place])
  end
  redis.call('LREM', lane, 1, id)
  return first[1]
end
local following, goes_on = leave_line(), false
if not following then
  redis.call('SREM', lanes, lane_name)
  over[#over + 1] = notified
end
redis.call('DEL', unpack(over))
if is_offered == '1' then
  redis.call('HINCRBY', fleet_name(wake, 'offers'), 'upto', 1)
end

-- What a control word held back goes on, as if it had been due all the time (claim.lua).
local function release_lane()
  local head = redis.call('LINDEX', lane_itself, 0)
  local due = head and redis.call('HGET', message_key .. head, 'due')
  if due then
    redis.call('HDEL', message_key .. head, 'due')
    return promote(queue, running, head, due, far)
  end
  return false
end

-- Whether the line goes on where its last message ran, which is being told so.
local function goes_on_here()
  local me = token:match('^%d+%.(.*)%.%d+$')
  local members = fleet_name(wake, 'members')
  local some = me and redis.call('ZRANGE', members, 0, 1, 'WITHSCORES') or {}
  if #some == 2 then
    return some[1] == me and tonumber(some[2]) > now_ms()
  end
  return me and is_member(members, me)
    and redis.call('HGET', fleet_name(wake, 'homes'), lane_name) == name_of(me)
end

local is_here = false
if is_control(lane_name) then
  redis.call('ZREM', control_due, id)
  goes_on = following and promote_word(queue, control_due, running, following, now)
  if release_lane() then
    wake_up(wake, lane_of(lane_name))
  end
elseif following then
  -- Promote the next head, unless what was settled waited behind one that runs or backs off.
  goes_on = promote(queue, running, following, now, far)
  is_here = goes_on and goes_on_here()
end
if goes_on and not is_here then
  wake_up(wake, lane_name)
end
return {are_signs_left and 'signs left' or 'settled', is_here and 1 or 0, ''}
