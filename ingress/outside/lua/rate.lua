#!lua
-- Take one of so many events an hour, for all web processes together: a bucket that fills up again.
-- KEYS  when the bucket would be full again, were nothing more taken
-- ARGV  ms in which one event comes back, how many may come at once
-- Gives 0, or the ms to wait where there is none; then none is taken.
--- @include "clock"
local every, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = now_ms()
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + every
local wait = full_at - now - every * most
if wait > 0 then
  return math.ceil(wait)
end
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil(full_at - now))
return 0
