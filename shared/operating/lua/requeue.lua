-- Give a dead letter another life: back into its lane, in the order of its number, counts at zero.
-- What its signs left in the room stays on record, for its new signs to replace: that is not done.
-- KEYS  dead message, message, dead zset, lane list, arq job, arq result, queue, lanes, wake,
--       control words due, arrivals, ended, ended messages
-- ARGV  job id, lane, arq job JSON, now ms, far future ms, prefix of message keys
-- Gives 1, or 0 when there is no such dead letter.
--- @include "clock"
--- @include "wake"
--- @include "lines"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "timeline"
local dead_message, message, dead, lane, job, result, queue, lanes, wake,
  control_due, arrivals, ended, ended_messages = unpack(KEYS)
local id, lane_name, ticket, now, far, message_key = unpack(ARGV)

if redis.call('EXISTS', dead_message) == 0 then
  return 0
end
redis.call('RENAME', dead_message, message)
redis.call('HDEL', message, 'outcome', 'crashes', 'failures', 'alone', 'posted', 'posting', 'token',
  'stopping', 'began', 'for', 'asked_home', 'spent', 'cancelled', 'streamed')
redis.call('HSET', message, 'accepted', now, 'arrived', now_ms())
note_step(message, step(now, 'requeued', ''))
redis.call('ZREM', ended, id)
redis.call('HDEL', ended_messages, id)
local traces = redis.call('HGET', message, 'traces')
if traces then
  local standing = cjson.decode(traces)
  standing.done = nil
  redis.call('HSET', message, 'traces', cjson.encode(standing))
end
redis.call('ZREM', dead, id)
redis.call('DEL', result)
redis.call('SET', job, ticket)

-- Before whatever was said later, or has no number.
local number = tonumber(redis.call('HGET', message, 'number') or '')
local function goes_before(others)
  return number and (not others or others > number)
end
stand_in_line({message_key = message_key, lane = lane, queue = queue, lanes = lanes,
  control_due = control_due, wake = wake, arrivals = arrivals, id = id, line = lane_name,
  now = now, far = far, goes_before = goes_before})
return 1
