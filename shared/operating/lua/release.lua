#!lua flags=allow-oom
-- Let lanes go on that no pause holds any more, some at a time: nobody waits for thousands of them.
-- KEYS  held lanes, paused, queue, running, arrivals, wake
-- ARGV  cursor, how many at a time, far future ms, prefix of lane keys
-- Gives the next cursor; '0' at the end.
--- @include "clock"
--- @include "wake"
--- @include "promote"
--- @include "paused"
--- @include "release"
local held, paused, queue, running, arrivals, wake = unpack(KEYS)
local cursor, count, far, lane_key = unpack(ARGV)
local now = now_ms()
local found = redis.call('SSCAN', held, cursor, 'COUNT', count)
for _, lane in ipairs(found[2]) do
  local head = redis.call('LINDEX', lane_key .. lane, 0)
  if release(lane, head, held, paused, queue, running, arrivals, now, far) then
    wake_up(wake, lane)
  end
end
return found[1]
