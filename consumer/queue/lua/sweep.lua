#!lua flags=allow-oom
-- Repair lanes whose head is neither runnable nor running, which nothing else would ever wake.
-- KEYS  lanes, queue, running, wake, control lines
-- ARGV  now ms, far future ms, prefix of lane keys, prefix of message keys
-- Gives the ids of the heads that were set going again.
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
    redis.call('SREM', lanes, name)
    redis.call('SREM', control_lines, name)
  elseif redis.call('SISMEMBER', running, head) == 0 then
    if name:sub(1, 8) == 'control:' then
      redis.call('SADD', control_lines, name)
    end
    local score = redis.call('ZSCORE', queue, head)
    if not score or tonumber(score) >= tonumber(far) then
      redis.call('ZADD', queue, now, head)
      repaired[#repaired + 1] = head
    end
  end
end
if #repaired > 0 and redis.call('LLEN', wake) == 0 then
  redis.call('RPUSH', wake, '1')
end
return repaired
