-- When the next message that does not run may run, as far as it is for us: one whose lane has its home
-- elsewhere is, once it has waited so long that the home is to let go.
-- KEYS  queue, running, control words due, members, wake
-- ARGV  far future ms, me, prefix of message keys, ms that a head waits for its lane's home
-- Gives ms since the epoch as a string, or nil: none is due ever.
--- @include "homes"
local queue, running, control_due, members, wake = unpack(KEYS)
local far, me, message_key, patience = unpack(ARGV)
local of = redis.call('ZCARD', members) > 1 and fleet(wake, living(members))
local SOME = 50

local function for_us_at(id, at)
  if not of then
    return tonumber(at)
  end
  local found = redis.call('HMGET', message_key .. id, 'lane', 'for')
  local line, for_whom = found[1] or '', found[2]
  local whose = only_for(of, line)
  if whose and whose ~= name_of(me) then
    return is_control(line) and tonumber(far) or at + patience
  end
  return for_whom and for_whom ~= me and of.processes[for_whom] and tonumber(far) or tonumber(at)
end

local soonest
local function look(found)
  for place = 1, #found, 2 do
    local id, at = found[place], found[place + 1]
    if soonest and tonumber(at) >= soonest then
      return
    end
    if redis.call('SISMEMBER', running, id) == 0 then
      local due = for_us_at(id, at)
      soonest = soonest and math.min(soonest, due) or due
    end
  end
end

look(redis.call('ZRANGE', control_due, 0, of and SOME or 0, 'WITHSCORES'))
local most = redis.call('SCARD', running) + 1 + (of and SOME or 0)
look(redis.call('ZRANGEBYSCORE', queue, '-inf', '(' .. far, 'WITHSCORES', 'LIMIT', 0, most))
return soonest and soonest < tonumber(far) and string.format('%.0f', soonest) or nil
