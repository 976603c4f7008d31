-- Own a lane's session: nobody with an older fence writes its record any more. Fences grow by the
-- server's clock, so they need no counter, and a lost Redis begins no lower.
-- KEYS  session
-- ARGV  time to live, ms
-- Gives the fence.
local session = KEYS[1]
local time = redis.call('TIME')
local before = tonumber(redis.call('HGET', session, 'fence') or '0')
local fence = string.format('%.0f', math.max(before + 1, time[1] * 1000000 + time[2]))
redis.call('HSET', session, 'fence', fence)
redis.call('PEXPIRE', session, ARGV[1])
return tonumber(fence)
