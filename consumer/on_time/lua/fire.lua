#!lua
-- A time has come: its message goes into the queue, and the next time takes its place; all or nothing.
-- Of several who see it one moves it: whoever finds another time than theirs in its place does nothing.
-- KEYS  members, due, the reminders of its lane, the reminders of its person, what schedules fired last,
--       seen; of its message:
--       message, lane list, arq job, arq queue, lanes, control lines, events, wake, arrivals
-- ARGV  me, what is due, its time in ms, ms at which the script is to take it to be or '', the next
--       time in ms or '', number of the reminder or '', dedupe seconds; of its message: job id, line,
--       body, arq's job, event, its time in ms, far future ms, prefix of message keys
-- Gives 'fired'; 'known' where its message was accepted before; 'early'; 'moved'; 'not ours'.
--- @include "wake"
--- @include "lines"
--- @include "clock"
--- @include "members"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "enqueue_own"
local members, due, reminders, persons, last_fired, seen = unpack(KEYS, 1, 6)
local me, called, at, given, next_time, number, remember = unpack(ARGV, 1, 7)
local names, values = {unpack(KEYS, 7)}, {unpack(ARGV, 8)}

if not is_member(members, me) then
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
if not redis.call('SET', seen, values[1], 'EX', remember, 'NX') then
  return 'known'
end
if number == '' then
  redis.call('HSET', last_fired, called, values[1])
end
enqueue_own(names, values, '', now)
return 'fired'
