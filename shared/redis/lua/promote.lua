-- Let a line's head run now, unless it has a time of its own (it is due, backs off, or runs). What
-- is not to begin before a time, which stands beyond the far future (accept/late.lua), is due then.
-- Gives whether it did.
local function promote(queue, running, head, now, far)
  local score = redis.call('ZSCORE', queue, head)
  if score and tonumber(score) < tonumber(far)
    or not score and redis.call('SISMEMBER', running, head) == 1 then
    return false
  end
  local beyond = (score or far) - far
  redis.call('ZADD', queue, beyond > 0 and math.max(now, beyond) or now, head)
  return true
end

-- The same of a line of control words, whose times stand in an index of their own.
local function promote_word(queue, control_due, running, head, now)
  if redis.call('ZSCORE', control_due, head) or redis.call('SISMEMBER', running, head) == 1 then
    return false
  end
  redis.call('ZADD', control_due, now, head)
  redis.call('ZADD', queue, now, head)
  return true
end
