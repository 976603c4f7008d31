#!lua flags=allow-oom
-- Write fields of a message under its fencing token, and what its turn noted and is to be reminded of,
-- in one go.
-- KEYS  message, the lane's notes, the lane's reminders, due, the person's reminders
-- ARGV  token, how many notes, their numbers and JSONs by turns, how many reminders, of each its
--       number, JSON, ms at which it is due and how it is called there, then field, value, field ...
-- Gives 1, or 0 when the token is another's.
local message, notes, reminders, due, persons = unpack(KEYS)
if redis.call('HGET', message, 'token') ~= ARGV[1] then
  return 0
end
local at = 3
for _ = 1, tonumber(ARGV[2]) do
  redis.call('HSET', notes, ARGV[at], ARGV[at + 1])
  at = at + 2
end
local count = tonumber(ARGV[at])
at = at + 1
for _ = 1, count do
  redis.call('HSET', reminders, ARGV[at], ARGV[at + 1])
  redis.call('ZADD', due, ARGV[at + 2], ARGV[at + 3])
  redis.call('SADD', persons, ARGV[at + 3])
  at = at + 4
end
redis.call('HSET', message, unpack(ARGV, at))
return 1
