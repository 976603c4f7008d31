#!lua flags=allow-oom
-- Write fields of a message under its fencing token; with none, just ask whether it still holds.
-- KEYS  message
-- ARGV  token, then field, value, field, value ...
-- Gives 1, or 0 when the token is another's.
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
if #ARGV > 1 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
end
return 1
