#!lua flags=allow-oom
-- Be a member no longer, so that whoever waits for that need not wait until the lease lapses.
-- KEYS  members, members that bear no other, members that drain, lease, heartbeat, arq's health key
-- ARGV  me
-- Gives nothing.
--- @include "clock"
--- @include "members"
local members, alone, leaving = unpack(KEYS, 1, 3)
if redis.call('ZREM', members, ARGV[1]) == 0 then
  return
end
redis.call('SREM', alone, ARGV[1])
redis.call('SREM', leaving, ARGV[1])
if #living(members) == 0 then
  redis.call('DEL', unpack(KEYS, 4))
end
