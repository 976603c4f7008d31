-- What the only consumer offers: there is a place for each message that is handed to it, up to a number
-- (hand_over.lua). Needs "homes".
local WITHDRAWN = -1

-- Gives how many were handed to it so far, and up to how many there are places for.
local function offer(wake)
  local handed, upto = unpack(redis.call('HMGET', fleet_name(wake, 'offers'), 'handed', 'upto'))
  return tonumber(handed or 0), tonumber(upto or 0)
end
