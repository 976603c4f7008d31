-- The marks of a claim, on the message and around it. After "homes" and "timeline"; `it`: what
-- claim.lua knows.

-- Not one of ours, or settled already (a dashboard's "retry" brings back its job): nothing here
-- would ever run it, and nothing would ever take its keys away.
local function drop(it, id)
  redis.call('ZREM', it.queue, id)
  redis.call('ZREM', it.control_due, id)
  redis.call('DEL', it.job_key .. id, it.retry_key .. id, it.progress_key .. id)
  it.claimed[#it.claimed + 1] = {id, 0, {}}
end

-- A message's hash as a flat list, and by name; read once.
local function read(it, id)
  if not it.known[id] then
    local hash, fields = redis.call('HGETALL', it.message_key .. id), {}
    for place = 1, #hash, 2 do
      fields[hash[place]] = hash[place + 1]
    end
    it.hashes[id], it.known[id] = hash, fields
  end
  return it.hashes[id], it.known[id]
end

-- Where a message waits, '' for none of ours. Of several members each passes by many of others.
local function line_of(it, id)
  if it.is_only then
    local _, known = read(it, id)
    return known.lane or ''
  end
  return redis.call('HGET', it.message_key .. id, 'lane') or ''
end

-- Gives the token, and the message's hash as a flat list; of a field that stands there twice the
-- later counts.
local function mark(it, id)
  local message = it.message_key .. id
  local hash, known = read(it, id)
  local count, place = redis.call('INCR', it.claims), it.number + #it.claimed
  local token = count .. '.' .. it.me .. '.' .. place
  local starts = tostring((known.starts or 0) + 1)
  local began = known.began or it.now
  local timeline = with_step(known.timeline or '', step(it.now, 'claimed', starts))
  redis.call('HSET', message, 'token', token, 'by', it.me, 'starts', starts, 'began', began,
    'timeline', timeline)
  local last = #hash
  hash[last + 1], hash[last + 2], hash[last + 3], hash[last + 4] = 'starts', starts, 'began', began
  return token, hash
end

-- Gives the home that the lane had before.
local function be_home(it, lane)
  local before = it.has_homes and redis.call('HGET', it.homes, lane)
  if it.has_homes and before ~= it.name then
    redis.call('HSET', it.homes, lane, it.name)
    -- One that has lapsed may come back, with the conversation still open.
    if before then
      ask_to_let_go(it.wake, before, lane)
    end
  end
  return before or ''
end

-- Of a message that is due and does not run; `line`: where it waits, '' for none of ours.
local function claim(it, id, line)
  if line == '' then
    return drop(it, id)
  end
  local first = redis.call('LRANGE', it.lane_key .. line, 0, 1)
  if first[1] ~= id then
    -- Made runnable from outside (arq's own abort() does): its turn has not come.
    redis.call('ZADD', it.queue, it.far, id)
    redis.call('ZREM', it.control_due, id)
    return
  end
  local token, hash = mark(it, id)
  it.runs[id] = true
  redis.call('SADD', it.running, id)
  redis.call('ZADD', it.queue, it.now, id)
  redis.call('SET', it.progress_key .. id, it.me, 'PX', it.lease_ms)
  if is_control(line) then
    redis.call('ZREM', it.control_due, id)
  end
  local lane, before = lane_of(line), it.name
  -- (A home that is another's all the same took the lane while our lease had lapsed.)
  if not is_control(line) or (living_home(it.of, lane) or it.name) == it.name then
    before = be_home(it, lane)
  end
  local ticket = redis.call('GET', it.job_key .. id) or ''
  it.claimed[#it.claimed + 1] = {id, token, hash, ticket, #first - 1, before}
end
