#!lua flags=allow-oom
-- Be a member no longer, so that whoever waits for that need not wait until the lease lapses.
-- KEYS  members, members that bear no other, members that drain, places, wake, lease, heartbeat,
--       arq's health key
-- ARGV  me
-- Gives nothing.
--- @include "wake"
local members, alone, leaving, places, wake = unpack(KEYS, 1, 5)
if redis.call('ZREM', members, ARGV[1]) == 0 then
  return
end
redis.call('SREM', alone, ARGV[1])
redis.call('SREM', leaving, ARGV[1])
if #living(members) == 0 then
  redis.call('DEL', unpack(KEYS, 6))
end
redis.call('HDEL', places, name_of(ARGV[1]))
wake_all(wake) -- the lanes whose home it was are anybody's
