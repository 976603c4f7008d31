-- Give a dead letter another life: back into its lane, in the order of its number, counts at zero.
-- KEYS  dead message, message, dead zset, lane list, arq job, arq result, outcome, queue, lanes, wake,
--       control lines
-- ARGV  job id, lane, arq job JSON, now ms, far future ms, prefix of message keys
-- Gives 1, or 0 when there is no such dead letter.
local dead_message, message, dead, lane, job, result, outcome, queue, lanes, wake,
  control_lines = unpack(KEYS)
local id, lane_name, ticket, now, far, message_key = unpack(ARGV)

if redis.call('EXISTS', dead_message) == 0 then
  return 0
end
redis.call('RENAME', dead_message, message)
redis.call('HDEL', message, 'outcome', 'crashes', 'failures', 'alone', 'posted', 'posting', 'token',
  'stopping', 'began')
redis.call('HSET', message, 'accepted', now)
redis.call('ZREM', dead, id)
redis.call('DEL', result, outcome)
redis.call('SET', job, ticket)

-- Behind the head, which may run, and before whatever was said later.
local number = tonumber(redis.call('HGET', message, 'number') or '')
local length = redis.call('LLEN', lane)
local before
for place = 1, length - 1 do
  local other = redis.call('LINDEX', lane, place)
  local others = tonumber(redis.call('HGET', message_key .. other, 'number') or '')
  if not before and number and others and others > number then
    before = other
  end
end
if before then
  redis.call('LINSERT', lane, 'BEFORE', before, id)
else
  redis.call('RPUSH', lane, id)
end
redis.call('SADD', lanes, lane_name)
if lane_name:sub(1, 8) == 'control:' then
  redis.call('SADD', control_lines, lane_name)
end
if length > 0 then
  redis.call('ZADD', queue, far, id)
else
  redis.call('ZADD', queue, now, id)
  redis.call('LPUSH', wake, '1')
  redis.call('LTRIM', wake, 0, 0)
end
return 1
