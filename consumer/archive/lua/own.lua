-- Own a lane's session: nobody with an older fence writes its record any more. Fences grow by the
-- server's clock, so they need no counter, and a lost Redis begins no lower.
-- KEYS  session, members, wake
-- ARGV  time to live, ms; lane; me, '' where no other may answer
-- Gives the fence; 0 when others went on without us, or with the lane: one that thaws after its
-- lease lapsed would take the record from who answers now. A Redis that knows no member was emptied.
--- @include "homes"
local session, members, wake = unpack(KEYS)
local keep_ms, lane, me = unpack(ARGV)

local function is_others()
  local all = me ~= '' and living(members) or {}
  if #all == 0 then
    return false
  end
  local of = fleet(wake, all)
  local home = living_home(of, lane)
  return not of.processes[me] or home and home ~= name_of(me)
end

if is_others() then
  return 0
end
local time = redis.call('TIME')
local before = tonumber(redis.call('HGET', session, 'fence') or '0')
local fence = string.format('%.0f', math.max(before + 1, time[1] * 1000000 + time[2]))
redis.call('HSET', session, 'fence', fence)
redis.call('PEXPIRE', session, keep_ms)
return tonumber(fence)
