-- Take a lane out of the set of those that have a record, unless it has one again: it may be
-- answered, and back on record, at this very moment.
-- KEYS  session, set of lanes that have a record
-- ARGV  lane
-- Gives nothing.
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then
  redis.call('SREM', KEYS[2], ARGV[1])
end
