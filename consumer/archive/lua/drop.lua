-- Take a lane out of the index of those that have a record, unless it has one again: it may be
-- answered, and back on record, at this very moment.
-- KEYS  session, zset of lanes that have a record
-- ARGV  lane
-- Gives 1 when it has none.
if redis.call('HEXISTS', KEYS[1], 'record') == 1 then
  return 0
end
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
