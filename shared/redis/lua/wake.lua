-- Wake who may claim of a line; one word in a member's list is enough. The names that this needs begin
-- as the list's does which an older release's only consumer blocks on: shared.keys.members.
--- @include "lines"
--- @include "members"
--- @include "homes"
local function wake_member(wake, name)
  local list = fleet_name(wake, 'wake-of:') .. name
  if redis.call('RPUSH', list, '1') > 1 then
    redis.call('RPOP', list) -- mostly none lies there: who waits has taken it
  end
end

local function wake_all(wake)
  for _, me in ipairs(living(fleet_name(wake, 'members'))) do
    wake_member(wake, name_of(me))
  end
end

-- Who has most room, as far as is known; whoever is woken has less from now on. None: all are full, and
-- look when a turn ends.
local function roomiest(wake, all)
  local leaving, places = fleet_name(wake, 'members-leaving'), fleet_name(wake, 'places')
  local best, most = nil, 0
  for _, me in ipairs(all) do
    local room = tonumber(redis.call('HGET', places, name_of(me)) or 1)
    if room > most and redis.call('SISMEMBER', leaving, me) == 0 then
      best, most = name_of(me), room
    end
  end
  if best then
    redis.call('HINCRBY', places, best, -1)
  end
  return best
end

-- For how many turns the others that stay have room, as far as is known.
local function room_of_others(wake, all, name)
  local leaving, places = fleet_name(wake, 'members-leaving'), fleet_name(wake, 'places')
  local room = 0
  for _, me in ipairs(all) do
    if name_of(me) ~= name and redis.call('SISMEMBER', leaving, me) == 0 then
      room = room + math.max(0, tonumber(redis.call('HGET', places, name_of(me)) or 1))
    end
  end
  return room
end

local function wake_up(wake, line)
  local members = fleet_name(wake, 'members')
  local some = redis.call('ZRANGE', members, 0, 1)
  if #some == 1 then
    wake_member(wake, name_of(some[1]))
  elseif #some > 1 then
    local all = living(members)
    local whose = only_for(fleet(wake, all), line) or roomiest(wake, all)
    if whose then
      wake_member(wake, whose)
    end
  elseif redis.call('LLEN', wake) == 0 then
    redis.call('RPUSH', wake, '1') -- an older release's consumer, or whoever comes first
  end
end
