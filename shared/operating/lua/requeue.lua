-- Give a dead letter another life: back into its lane, in the order of its number, counts at zero.
-- What its signs left in the room stays on record, for its new signs to replace: that is not done.
-- KEYS  dead message, message, dead zset, lane list, arq job, arq result, outcome, queue, lanes, wake,
--       control lines, arrivals, ended, ended messages
-- ARGV  job id, lane, arq job JSON, now ms, far future ms, prefix of message keys
-- Gives 1, or 0 when there is no such dead letter.
--- @include "clock"
--- @include "wake"
--- @include "lines"
--- @include "insert_by_number"
--- @include "timeline"
local dead_message, message, dead, lane, job, result, outcome, queue, lanes, wake,
  control_lines, arrivals, ended, ended_messages = unpack(KEYS)
local id, lane_name, ticket, now, far, message_key = unpack(ARGV)

if redis.call('EXISTS', dead_message) == 0 then
  return 0
end
redis.call('RENAME', dead_message, message)
redis.call('HDEL', message, 'outcome', 'crashes', 'failures', 'alone', 'posted', 'posting', 'token',
  'stopping', 'began')
redis.call('HSET', message, 'accepted', now)
note_step(message, step(now, 'requeued', ''))
redis.call('ZREM', ended, id)
redis.call('HDEL', ended_messages, id)
if not is_control(lane_name) then
  redis.call('ZADD', arrivals, now_ms(), id)
end
local traces = redis.call('HGET', message, 'traces')
if traces then
  local standing = cjson.decode(traces)
  standing.done = nil
  redis.call('HSET', message, 'traces', cjson.encode(standing))
end
redis.call('ZREM', dead, id)
redis.call('DEL', result, outcome)
redis.call('SET', job, ticket)

-- Before whatever was said later, or has no number.
local number = tonumber(redis.call('HGET', message, 'number') or '')
local place = insert_by_number(lane, message_key, id, function(others)
  return number and (not others or others > number)
end)
note_line(lanes, control_lines, lane_name)
if place > 0 then
  redis.call('ZADD', queue, far, id)
else
  redis.call('ZADD', queue, now, id)
  wake_up(wake)
end
return 1
