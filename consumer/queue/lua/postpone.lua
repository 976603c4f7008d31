#!lua flags=allow-oom
-- Give a claimed message back: it stays its lane's head and runs again after a given time.
-- KEYS  message, queue, running, suspects, arq in-progress, wake, control words due
-- ARGV  job id, token, ms until then, '1' when the attempt failed (a drain is no failure), what the
--       attempt did as steps of its timeline
-- Gives 'postponed' or 'fenced'.
--- @include "wake"
--- @include "lines"
--- @include "timeline"
--- @include "clock"
local message, queue, running, suspects, progress, wake, control_due = unpack(KEYS)
local id, token, delay, failed, steps = unpack(ARGV)

if redis.call('HGET', message, 'token') ~= token then
  return 'fenced'
end
redis.call('HDEL', message, 'token')
note_step(message, steps)
if failed == '1' then
  redis.call('HINCRBY', message, 'failures', 1)
else
  redis.call('HDEL', message, 'began')
end
local line = redis.call('HGET', message, 'lane')
run_from(queue, control_due, line, id, now_ms() + delay)
redis.call('SREM', running, id)
redis.call('LREM', suspects, 0, id)
redis.call('DEL', progress)
wake_up(wake, line)
return 'postponed'
