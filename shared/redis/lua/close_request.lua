-- A request for approval comes to an end: its state, and what said so; nothing open is left of it.
-- `it`: key (the request's), open, lane_set, asked, number, keep (seconds), now; `fields`: a flat
-- list of what is written.
local function close_request(it, fields)
  redis.call('HSET', it.key, unpack(fields))
  redis.call('EXPIRE', it.key, it.keep)
  redis.call('ZREM', it.open, it.number)
  redis.call('SREM', it.lane_set, it.number)
  local same = redis.call('HGET', it.key, 'same')
  if same and redis.call('HGET', it.asked, same) == it.number then
    redis.call('HDEL', it.asked, same)
  end
end
