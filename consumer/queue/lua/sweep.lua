#!lua flags=allow-oom
-- Repair lanes whose head is neither runnable nor running, which nothing else would ever wake.
-- KEYS  lanes, queue, running, wake, control lines
-- ARGV  now ms, far future ms, prefix of lane keys, prefix of message keys
-- Gives the ids of the heads that were set going again.
--- @include "wake"
--- @include "lines"
--- @include "promote"
local lanes, queue, running, wake, control_lines = unpack(KEYS)
local now, far, lane_key, message_key = unpack(ARGV)
local repaired = {}
for _, name in ipairs(redis.call('SMEMBERS', lanes)) do
  local lane = lane_key .. name
  local head = redis.call('LINDEX', lane, 0)
  while head and redis.call('EXISTS', message_key .. head) == 0 do
    redis.call('LPOP', lane)
    redis.call('ZREM', queue, head)
    head = redis.call('LINDEX', lane, 0)
  end
  if not head then
    drop_line(lanes, control_lines, name)
  elseif promote(queue, running, head, now, far) then
    repaired[#repaired + 1] = head
  end
  if head and is_control(name) then
    note_line(lanes, control_lines, name)
  end
end
if #repaired > 0 then
  wake_up(wake)
end
return repaired
