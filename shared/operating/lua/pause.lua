-- Pause all, a bot, or a room. What runs goes on to its end, and no turn begins: claim.lua asks.
-- KEYS  paused
-- ARGV  what is paused, by whom
-- Gives 1, or 0 when it is paused already.
--- @include "clock"
return redis.call('HSETNX', KEYS[1], ARGV[1],
  string.format('{"since":%.0f,"by":%s}', now_ms(), cjson.encode(ARGV[2])))
