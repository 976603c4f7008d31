#!lua
-- A time has come: its message goes into the queue, and the next time takes its place; all or nothing.
-- Of several who see it one moves it: whoever finds another time than theirs in its place does nothing.
-- KEYS  lease, due, the reminders of its lane, the reminders of its person, seen, message, lane list,
--       arq job, arq queue, lanes, control lines, events, wake, arrivals
-- ARGV  me, what is due, its time in ms, ms at which the script is to take it to be or '', the next
--       time in ms or '', number of the reminder or '', job id, lane, message JSON, arq job JSON,
--       prefix of message keys, far future ms, the event as JSON, dedupe seconds
-- Gives 'fired'; 'known' where its message was accepted before; 'early'; 'moved'; 'not ours'.
--- @include "wake"
--- @include "lines"
--- @include "clock"
--- @include "insert_by_number"
--- @include "enqueue"
local lease, due, reminders, persons, seen, message, lane, job, queue, lanes, control_lines, events,
  wake, arrivals = unpack(KEYS)
local me, called, at, given, next_time, number, id, lane_name, body, ticket, message_key, far, event,
  remember = unpack(ARGV)

if redis.call('GET', lease) ~= me then
  return 'not ours'
end
local score = redis.call('ZSCORE', due, called)
if not score or tonumber(score) ~= tonumber(at) then
  return 'moved'
end
local now = tonumber(given) or now_ms()
if now < tonumber(at) then
  return 'early'
end

if next_time ~= '' then
  redis.call('ZADD', due, next_time, called)
else
  redis.call('ZREM', due, called)
end
if number ~= '' then
  redis.call('HDEL', reminders, number)
  redis.call('SREM', persons, called)
end
if not redis.call('SET', seen, id, 'EX', remember, 'NX') then
  return 'known'
end
enqueue({message = message, message_key = message_key, lane = lane, job = job, queue = queue,
  lanes = lanes, control_lines = control_lines, events = events, wake = wake, id = id,
  line = lane_name, body = body, number = '', person = '', ticket = ticket, event = event,
  now = now, far = far, goes_before = function() return false end, arrivals = arrivals})
return 'fired'
