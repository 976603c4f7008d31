#!lua flags=allow-oom
-- Keep with a message what an attempt at it has used, under its fencing token: the next one has so
-- much less of what a turn may use.
-- KEYS  message
-- ARGV  token, tokens
-- Gives what all attempts so far have used, or 0 when the token is another's.
local message = KEYS[1]
local token, tokens = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return 0
end
return redis.call('HINCRBY', message, 'spent', tokens)
