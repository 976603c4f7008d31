#!lua flags=allow-oom
-- One beat of the heart: renew the lease, the marks of the jobs that run here, and the sign of life.
-- KEYS  members, running, heartbeat, queue, arq's health key, lease, members that drain,
--       heartbeat of this member
-- ARGV  me, lease ms, prefix of arq's in-progress keys, heartbeat JSON, arq's health line, prefix of
--       message keys
-- Gives 0 when we are a member no longer, else 1, or 2 for the first: of the living that do not
-- drain its name sorts first.
--- @include "clock"
--- @include "members"
local members, running, heartbeat, queue, health, lease, leaving, own_heartbeat = unpack(KEYS)
local me, lease_ms, progress_key, state, tally, message_key = unpack(ARGV)
local MEMBERS = 'members'

local owner = redis.call('GET', lease)
if owner and owner ~= MEMBERS then
  return 0 -- an older release's
end
-- One that others found dead is out, and what it ran is theirs. A lease that lapsed with nobody there
-- to see it (Redis was away, or has lost all of them) is ours to take again.
if not redis.call('ZSCORE', members, me) and redis.call('EXISTS', members) == 1 then
  return 0
end
-- Where all were silent, or have lapsed, none was found dead by that: the first to beat again gives
-- each as long as itself, or it would find those dead that beat a moment later. Who is takes one
-- lease more.
local since = #living(members) == 0 and '-inf' or silent_since(members, lease_ms)
if since then
  spare(members, since, lease_ms)
end
hear(members)
redis.call('ZADD', members, now_ms() + lease_ms, me)
redis.call('SET', lease, MEMBERS, 'PX', lease_ms)
for _, id in ipairs(redis.call('SMEMBERS', running)) do
  if redis.call('HGET', message_key .. id, 'by') == me then
    redis.call('SET', progress_key .. id, me, 'PX', lease_ms)
  end
end
redis.call('SET', own_heartbeat, state, 'PX', lease_ms)
for _, other in ipairs(living(members)) do
  if name_of(other) < name_of(me) and redis.call('SISMEMBER', leaving, other) == 0 then
    return 1
  end
end
-- It speaks for all: there is one that stays.
redis.call('SET', heartbeat, state, 'PX', lease_ms)
redis.call('SET', health, tally .. ' queued=' .. redis.call('ZCARD', queue), 'PX', lease_ms)
return 2
