-- What the only consumer offers: there is a place for each message that is handed to it, up to a number
-- (hand_over.lua). Needs "homes".
local WITHDRAWN = -1

-- Gives how many were handed to it so far, up to how many there are places for, and who offers: what
-- a dead one left behind is not its successor's, which may be an older release's and take none.
local function offer(wake)
  local handed, upto, me = unpack(redis.call('HMGET', fleet_name(wake, 'offers'), 'handed', 'upto',
    'me'))
  return tonumber(handed or 0), tonumber(upto or 0), me
end
