#!lua flags=allow-oom
-- Settle a message: record its outcome, take it off its lane, let the next one run. Everything
-- arq's own finish would write is written here, under the fencing token.
-- (allow-oom: settling frees memory, so a full Redis must not refuse it.)
-- KEYS  message, lane list, queue, running, suspects, lanes, wake, outcome, arq job,
--       arq in-progress, arq retry, arq result, arq abort zset, dead zset, dead message
-- ARGV  job id, token, lane, outcome JSON, arq result JSON, now ms, keep seconds,
--       '1' to keep it as a dead letter
-- Gives 'settled' or 'fenced'.
local message, lane, queue, running, suspects, lanes, wake, outcome, job, progress, retry, result,
  aborts, dead, dead_message = unpack(KEYS)
local id, token, lane_name, ending, report, now, keep, is_dead = unpack(ARGV)

if redis.call('HGET', message, 'token') ~= token then
  return 'fenced'
end
redis.call('SET', outcome, ending, 'EX', keep)
redis.call('SET', result, report, 'EX', keep)
if is_dead == '1' then
  redis.call('HDEL', message, 'token', 'reply')
  redis.call('HSET', message, 'outcome', ending)
  redis.call('RENAME', message, dead_message)
  redis.call('ZADD', dead, now, id)
else
  redis.call('DEL', message)
end
redis.call('DEL', job, progress, retry)
redis.call('ZREM', queue, id)
redis.call('ZREM', aborts, id)
redis.call('SREM', running, id)
redis.call('LREM', suspects, 0, id)
redis.call('LREM', lane, 1, id)

local following = redis.call('LINDEX', lane, 0)
if following then
  redis.call('ZADD', queue, now, following)
else
  redis.call('SREM', lanes, lane_name)
end
if redis.call('ZCARD', queue) > 0 and redis.call('LLEN', wake) == 0 then
  redis.call('RPUSH', wake, '1')
end
return 'settled'
