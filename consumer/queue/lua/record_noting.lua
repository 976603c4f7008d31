#!lua flags=allow-oom
-- Write fields of a message under its fencing token, and what its turn noted, in one go.
-- KEYS  message, the lane's notes
-- ARGV  token, how many notes, their numbers and JSONs by turns, then field, value, field, value ...
-- Gives 1, or 0 when the token is another's.
local message, notes = unpack(KEYS)
local count = tonumber(ARGV[2])
if redis.call('HGET', message, 'token') ~= ARGV[1] then
  return 0
end
redis.call('HSET', notes, unpack(ARGV, 3, 2 + 2 * count))
redis.call('HSET', message, unpack(ARGV, 3 + 2 * count))
return 1
