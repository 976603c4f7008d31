#!lua flags=allow-oom
-- Take a reminder of a lane away, under the fencing token of who asked for it. What came of it is
-- recorded with the message: a second attempt gives the same.
-- KEYS  message, due, the reminders of the lane, the reminders of its person
-- ARGV  token, number, the reminder as it is due
-- Gives 1, or 0 where there is none, or -1 when the token is another's.
local message, due, reminders, persons = unpack(KEYS)
local token, number, called = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return -1
end
local before = redis.call('HGET', message, 'reminder_gone')
if before then
  return tonumber(before)
end
local gone = redis.call('HDEL', reminders, number)
redis.call('ZREM', due, called)
redis.call('SREM', persons, called)
redis.call('HSET', message, 'reminder_gone', gone)
return gone
