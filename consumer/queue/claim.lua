#!lua flags=allow-oom
-- Claim up to N lane heads whose time has come, longest-waiting lane first.
-- KEYS  queue, running, suspects, lease, token
-- ARGV  consumer id, N, now ms, lease ms, far future ms, prefixes of message and lane keys,
--       prefix of arq's in-progress keys, arq's abort zset
-- Gives a list of {job id, token, message hash as a flat list}; {} when another consumer owns
-- the queue.
-- (allow-oom: a turn ends in a settle, which frees memory; refused, a full Redis would stay full.)
local queue, running, suspects, lease, token = unpack(KEYS)
local me, want, now, lease_ms, far, message_key, lane_key, progress_key, aborts = unpack(ARGV)
want = tonumber(want)

if redis.call('GET', lease) ~= me then
  return {}
end

-- A suspect of a crash runs alone: were others beside it, they would be suspects next.
local function runnable_suspect()
  for _, id in ipairs(redis.call('LRANGE', suspects, 0, -1)) do
    local score = redis.call('ZSCORE', queue, id)
    if score and tonumber(score) <= tonumber(now) then
      return id
    end
  end
end

local busy = redis.call('SCARD', running)
local suspect = runnable_suspect()
local suspect_runs = false
for _, id in ipairs(redis.call('LRANGE', suspects, 0, -1)) do
  suspect_runs = suspect_runs or redis.call('SISMEMBER', running, id) == 1
end
if suspect_runs or (suspect and busy > 0) then
  return {}
end
local ids
if suspect then
  ids = {suspect}
else
  ids = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, want)
end

local claimed = {}
for _, id in ipairs(ids) do
  local message = message_key .. id
  local lane = redis.call('HGET', message, 'lane')
  if not lane then
    -- Not one of ours, or settled already: nothing here would ever run it.
    redis.call('ZREM', queue, id)
  elseif redis.call('LINDEX', lane_key .. lane, 0) ~= id then
    -- Made runnable from outside (arq's own abort() does): its turn has not come.
    redis.call('ZADD', queue, far, id)
  else
    local fence = redis.call('INCR', token)
    redis.call('HSET', message, 'token', fence)
    redis.call('HINCRBY', message, 'starts', 1)
    redis.call('SADD', running, id)
    redis.call('ZADD', queue, far, id)
    redis.call('ZREM', aborts, id)
    redis.call('SET', progress_key .. id, me, 'PX', lease_ms)
    claimed[#claimed + 1] = {id, fence, redis.call('HGETALL', message)}
  end
end
return claimed
