-- Set going again what was claimed and never began: no crash, no failure. After "wake", "lines" and
-- "clock". `it`: names in Redis (message_key, progress_key, running, queue, control_due, wake).
local function give_back(it, id)
  if redis.call('SREM', it.running, id) == 0 then
    return
  end
  redis.call('HDEL', it.message_key .. id, 'token')
  redis.call('DEL', it.progress_key .. id)
  local line = redis.call('HGET', it.message_key .. id, 'lane') or ''
  run_from(it.queue, it.control_due, line, id, now_ms())
  wake_up(it.wake, line)
end
