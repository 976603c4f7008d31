#!lua flags=allow-oom
-- One beat of the heart: renew the lease, the marks of the running jobs, and the sign of life.
-- KEYS  lease, running, heartbeat, queue, arq's health key
-- ARGV  consumer id, lease ms, prefix of arq's in-progress keys, heartbeat JSON, arq's health line
-- Gives 1 while the lease is ours, 0 when another took it.
local lease, running, heartbeat, queue, health = unpack(KEYS)
local me, lease_ms, progress_key, state, tally = unpack(ARGV)

local owner = redis.call('GET', lease)
if owner and owner ~= me then
  return 0
end
-- A lease that lapsed with nobody there to take it (Redis was away) is ours to take again.
redis.call('SET', lease, me, 'PX', lease_ms)
for _, id in ipairs(redis.call('SMEMBERS', running)) do
  redis.call('SET', progress_key .. id, me, 'PX', lease_ms)
end
redis.call('SET', heartbeat, state, 'PX', lease_ms)
redis.call('SET', health, tally .. ' queued=' .. redis.call('ZCARD', queue), 'PX', lease_ms)
return 1
