-- What comes late, from a spool or from a look into Campfire, goes by its number. Others that do may
-- go before it, which lie on other web processes' disks: so it does not begin before they were fed
-- (`others_ms`), and a head that has not begun yet gives way to them. After "lines", "clock" and "wake".

-- When a late message may begin, at the earliest; nil: at once. Control words never wait.
local function begins_at(others_ms, line)
  local wait = tonumber(others_ms)
  return wait > 0 and not is_control(line) and now_ms() + wait or nil
end

-- `starts` stands in the hash of each message that was claimed, also where it runs no more.
local function has_not_begun(it, head)
  return redis.call('HEXISTS', it.message_key .. head, 'starts') == 0
end

-- It takes the former head's place in arq's queue, with its time; where that is held by a pause, it
-- is held. Where a control word holds that back (claim/holding.lua), a claim asks anew.
local function take_place_of(it, head)
  local hash, far = it.message_key .. head, tonumber(it.far)
  local score = tonumber(redis.call('ZSCORE', it.queue, head) or far)
  redis.call('ZADD', it.queue, redis.call('HGET', hash, 'due') or score, it.id)
  redis.call('HDEL', hash, 'due')
  redis.call('ZADD', it.queue, score < far and far + score or score, head)
  wake_up(it.wake, it.line)
end
