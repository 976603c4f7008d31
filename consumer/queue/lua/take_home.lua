-- Become the home of a lane, unless it has one that lives.
-- KEYS  members, homes, members that drain, wake
-- ARGV  me, lane
-- Gives 1 when we are its home now, else 0.
--- @include "homes"
local members, homes, leaving, wake = unpack(KEYS)
local me, lane = unpack(ARGV)
local of = fleet(wake, living(members))
local home = living_home(of, lane)
if not of.processes[me] or redis.call('SISMEMBER', leaving, me) == 1 then
  return 0
elseif home then
  return home == name_of(me) and 1 or 0
end
local before = redis.call('HGET', homes, lane)
if before and before ~= name_of(me) then
  ask_to_let_go(wake, before, lane)
end
redis.call('HSET', homes, lane, name_of(me))
return 1
