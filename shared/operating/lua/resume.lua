#!lua flags=allow-oom
-- End a pause, and remember that it was: ages stood still. Lanes go on by release.lua.
-- KEYS  paused, pauses that are over
-- ARGV  what was paused, how many pauses are remembered
-- Gives 1, or 0 when it was not paused.
--- @include "clock"
local paused, over = unpack(KEYS)
local what, most = unpack(ARGV)
local stored = redis.call('HGET', paused, what)
if not stored then
  return 0
end
redis.call('HDEL', paused, what)
redis.call('LPUSH', over, string.format('{"what":%s,"since":%.0f,"until":%.0f}', cjson.encode(what),
  cjson.decode(stored).since, now_ms()))
redis.call('LTRIM', over, 0, most - 1)
return 1
