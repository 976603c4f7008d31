-- Write a lane's record, unless somebody with a newer fence owns it.
-- KEYS  session, set of lanes that have a record
-- ARGV  time to live, ms; fence, record as JSON, lane
-- Gives 1, or 0 when another owns it.
local session, lanes = unpack(KEYS)
local ttl, fence, record, lane = unpack(ARGV)

if tonumber(redis.call('HGET', session, 'fence') or '0') > tonumber(fence) then
  return 0
end
redis.call('HSET', session, 'fence', fence, 'record', record)
redis.call('PEXPIRE', session, ttl)
redis.call('SADD', lanes, lane)
return 1
