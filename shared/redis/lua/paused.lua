-- Whether a lane stands still: all do, its bot does, or its room (shared.operating.pauses).
local function is_paused(paused, lane)
  local room, bot = lane:match('^([^:]*):(.*)$')
  for _, pause in ipairs(redis.call('HMGET', paused, 'all', 'bot:' .. bot, 'room:' .. room)) do
    if pause then
      return true
    end
  end
  return false
end
