-- Become a member, unless one of our name lives, or one beside which there must be no other. A
-- predecessor proven dead is no obstacle.
-- KEYS  members, members that bear no other, members that drain, lease (of an older release's only
--       consumer), what is asked of our name, what is asked of whoever comes, what the only consumer
--       offers
-- ARGV  me, lease ms, '1' when others may be beside us, `me` of the predecessor proven dead or ''
-- Gives {} when we are one, else who is in the way, why ('name', 'alone', 'older'), and ms until its
-- lease lapses.
--- @include "clock"
--- @include "members"
local members, alone, leaving, lease, asked, asked_all, offers = unpack(KEYS)
local me, lease_ms, shared, dead = unpack(ARGV)
local MEMBERS = 'members'

local owner = redis.call('GET', lease)
if owner and owner ~= MEMBERS and owner ~= dead then
  return {owner, 'older', redis.call('PTTL', lease)}
end
if dead ~= '' then
  redis.call('ZADD', members, 'XX', 0, dead)
end
-- Redis may be just back: whoever lives beats within two fifths of a lease.
local since = silent_since(members, lease_ms)
if since then
  spare(members, since, lease_ms / 2)
end
hear(members)
if redis.call('ZSCORE', members, me) then
  redis.call('ZADD', members, now_ms() + lease_ms, me) -- asked once more: the answer was lost
end
bury(members, alone, leaving)
for _, other in ipairs(living(members)) do
  local why = name_of(other) == name_of(me) and 'name'
    or (shared ~= '1' or redis.call('SISMEMBER', alone, other) == 1) and 'alone'
  if why and other ~= me then
    return {other, why, tonumber(redis.call('ZSCORE', members, other)) - now_ms()}
  end
end

-- Who was asked to drain has ended, be it by a kill: that was our name's last process, or nobody.
local function has_drained(list)
  for _, wire in ipairs(redis.call('LRANGE', list, 0, -1)) do
    local is_read, command = pcall(cjson.decode, wire)
    if is_read and type(command) == 'table' and command.drain then
      redis.call('LREM', list, 0, wire)
    end
  end
end
has_drained(asked)
has_drained(asked_all)
redis.call('DEL', offers) -- a predecessor's
redis.call('ZADD', members, now_ms() + lease_ms, me)
redis.call(shared == '1' and 'SREM' or 'SADD', alone, me)
-- A consumer of an older release asks for this one, and stands by.
redis.call('SET', lease, MEMBERS, 'PX', lease_ms)
return {}
