#!lua flags=allow-oom
-- Take one note of a lane away, or all of them, under the fencing token of who asked for it. How many
-- that were is recorded with the message: a second attempt at it gives the same.
-- KEYS  message, the lane's notes
-- ARGV  token, number of the note or ''
-- Gives how many were taken away, or -1 when the token is another's.
local message, notes = unpack(KEYS)
local token, number = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return -1
end
local before = redis.call('HGET', message, 'forgotten')
if before then
  return tonumber(before)
end
local gone = 0
for _, field in ipairs(number ~= '' and {number} or redis.call('HKEYS', notes)) do
  if field ~= 'next' then
    gone = gone + redis.call('HDEL', notes, field)
  end
end
redis.call('HSET', message, 'forgotten', gone)
return gone
