#!lua flags=allow-oom
-- Keep what a sign of life left in the room with a message that nobody has claimed.
-- KEYS  message
-- ARGV  traces as JSON
-- Gives 1, or 0 when it is claimed or has ended: then its signs are not ours to keep.
local message = KEYS[1]
if redis.call('EXISTS', message) == 0 or redis.call('HEXISTS', message, 'token') == 1 then
  return 0
end
redis.call('HSET', message, 'traces', ARGV[1])
return 1
