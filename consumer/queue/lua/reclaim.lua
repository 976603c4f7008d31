#!lua flags=allow-oom
-- Take over what a predecessor left running: make it runnable, fence the predecessor off, and
-- count the crash. Only whoever holds the lease may.
-- KEYS  lease, running, queue, suspects, wake, control words due
-- ARGV  consumer id, now ms, prefix of message keys, prefix of arq's in-progress keys
-- Gives the job ids.
--- @include "wake"
--- @include "lines"
--- @include "timeline"
local lease, running, queue, suspects, wake, control_due = unpack(KEYS)
local me, now, message_key, progress_key = unpack(ARGV)

if redis.call('GET', lease) ~= me then
  return {}
end
local ids = redis.call('SMEMBERS', running)
for _, id in ipairs(ids) do
  local message = message_key .. id
  redis.call('HDEL', message, 'token', 'began')
  local crashes = redis.call('HINCRBY', message, 'crashes', 1)
  note_step(message, step(now, 'crashed', crashes))
  -- What was alone when the process went down is guilty; company only makes suspects.
  redis.call('HSET', message, 'alone', #ids == 1 and '1' or '0')
  redis.call('LREM', suspects, 0, id)
  -- Each runs alone next, control words first: "stop" is not to wait for what it is to stop.
  local lane = redis.call('HGET', message, 'lane') or ''
  redis.call(is_control(lane) and 'LPUSH' or 'RPUSH', suspects, id)
  redis.call('DEL', progress_key .. id)
  run_from(queue, control_due, lane, id, now)
end
redis.call('DEL', running)
wake_up(wake)
return ids
