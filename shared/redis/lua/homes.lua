-- Whose a line is: of its lane the home, the member in whose memory the conversation is open, claims
-- alone for as long as it lives.
--- @include "lines"
--- @include "members"
local function fleet_name(wake, name)
  return wake:sub(1, -#'wake' - 1) .. name
end

-- `all`: the living. Gives what the questions below are asked of.
local function fleet(wake, all)
  local names, processes = {}, {}
  for _, me in ipairs(all) do
    names[name_of(me)], processes[me] = me, true
  end
  return {wake = wake, names = names, processes = processes}
end

local function living_home(of, lane)
  local home = redis.call('HGET', fleet_name(of.wake, 'homes'), lane)
  return home and of.names[home] and home
end

-- The name of the only member that may claim of this line now, or nil. A control word is for who runs
-- its lane's turn: "stop" is to reach it.
local function only_for(of, line)
  local lane = lane_of(line)
  if is_control(line) then
    local head = redis.call('LINDEX', fleet_name(of.wake, 'lane:') .. lane, 0)
    local by = head and redis.call('SISMEMBER', fleet_name(of.wake, 'running'), head) == 1
      and redis.call('HGET', fleet_name(of.wake, 'message:') .. head, 'by')
    if by and of.processes[by] then
      return name_of(by)
    end
  end
  return living_home(of, lane)
end

-- Have a member close the lane's idle client, and let the lane go then. One that never comes back
-- keeps nobody's words for ever.
local function ask_to_let_go(wake, home, lane)
  local HOUR = 3600
  local list = fleet_name(wake, 'commands-of:') .. home
  redis.call('RPUSH', list, cjson.encode({let_go = {lane = lane}}))
  redis.call('EXPIRE', list, HOUR)
end
