#!lua flags=allow-oom
-- Be a member no longer, so that whoever waits for that need not wait until the lease lapses. Nothing
-- runs here any more: what is marked so was handed to us and never taken, or its claim was lost.
-- KEYS  members, members that bear no other, members that drain, places, wake, running, queue,
--       control words due, lease, heartbeat, arq's health key
-- ARGV  me, prefix of message keys, prefix of arq's in-progress keys
-- Gives nothing.
--- @include "wake"
--- @include "lines"
--- @include "clock"
--- @include "give_back"
local members, alone, leaving, places, wake, running, queue, control_due = unpack(KEYS, 1, 8)
local me, message_key, progress_key = unpack(ARGV)
if redis.call('ZREM', members, me) == 0 then
  return
end
redis.call('SREM', alone, me)
redis.call('SREM', leaving, me)
if #living(members) == 0 then
  redis.call('DEL', unpack(KEYS, 9))
end
redis.call('HDEL', places, name_of(me))
give_back_ours({message_key = message_key, progress_key = progress_key, running = running,
  queue = queue, control_due = control_due, wake = wake}, me, redis.call('SMEMBERS', running))
redis.call('DEL', fleet_name(wake, 'handed-to:') .. me, fleet_name(wake, 'offers'))
wake_all(wake) -- the lanes whose home it was are anybody's
