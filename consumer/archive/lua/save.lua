-- Write a lane's record, unless somebody with a newer fence owns it.
-- KEYS  session, zset of lanes that have a record
-- ARGV  time to live, ms; fence, record as JSON, lane, ms of its last use
-- Gives 1 where there was none before, else 0; -1 when another owns it.
local session, lanes = unpack(KEYS)
local ttl, fence, record, lane, used = unpack(ARGV)

if tonumber(redis.call('HGET', session, 'fence') or '0') > tonumber(fence) then
  return -1
end
redis.call('HSET', session, 'fence', fence)
local new = redis.call('HSET', session, 'record', record)
redis.call('PEXPIRE', session, ttl)
redis.call('ZADD', lanes, used, lane)
return new
