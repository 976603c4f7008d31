-- Put a message into its line: at the end, or before those that it goes before. The head may be
-- running: it is overtaken only where `gives_way` is there and says so of it (accept/late.lua).
-- `goes_before` is asked with another message's number (nil: it has none) and the ms at which it was
-- accepted, from the end of the line on until it says no.
-- `length`: how many wait there, where that is known. Gives how many stand before the message (0: it
-- is the head), and the head that it has overtaken.
local function insert_by_number(line, message_key, id, goes_before, length, gives_way)
  local function before(other)
    local known = redis.call('HMGET', message_key .. other, 'number', 'accepted')
    return goes_before(tonumber(known[1] or ''), tonumber(known[2] or ''))
  end

  length = length or redis.call('LLEN', line)
  local place, overtaken = length, nil
  while place > 1 and before(redis.call('LINDEX', line, place - 1)) do
    place = place - 1
  end
  if place == 1 and gives_way then
    local head = redis.call('LINDEX', line, 0)
    if before(head) and gives_way(head) then
      place, overtaken = 0, head
    end
  end
  if place < length then
    redis.call('LINSERT', line, 'BEFORE', redis.call('LINDEX', line, place), id)
  else
    redis.call('RPUSH', line, id)
  end
  return place, overtaken
end
