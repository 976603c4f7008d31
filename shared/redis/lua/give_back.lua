-- Set going again what was claimed and never began: no crash, no failure, no start; what is counted at
-- a message's first start (a budget of messages) is counted at the next. After "wake", "lines" and
-- "clock". `it`: names in Redis (message_key, progress_key, running, queue, control_due, wake).
local function give_back(it, id)
  if redis.call('SREM', it.running, id) == 0 then
    return
  end
  local message = it.message_key .. id
  redis.call('HDEL', message, 'token')
  if redis.call('HINCRBY', message, 'starts', -1) < 1 then
    redis.call('HDEL', message, 'starts', 'began')
  end
  redis.call('DEL', it.progress_key .. id)
  local line = redis.call('HGET', message, 'lane') or ''
  run_from(it.queue, it.control_due, line, id, now_ms())
  wake_up(it.wake, line)
end

-- The same of what a member has claimed of these.
local function give_back_ours(it, me, ids)
  for _, id in ipairs(ids) do
    if redis.call('HGET', it.message_key .. id, 'by') == me then
      give_back(it, id)
    end
  end
end
