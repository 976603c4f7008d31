-- Append entries to a transcript, in one atomic step: a batch that is repeated after a lost answer
-- adds nothing twice. See RedisTranscripts for what is dropped where the CLI compacts.
-- KEYS  entries, uuids, compacted, size
-- ARGV  time to live, ms; most bytes, then of each entry its uuid or '', '1' when it begins a
--       compacted conversation, its JSON
-- Gives 1; 0 when the transcript was given up before; 2 when it is given up now.
local entries, uuids, compacted, size = unpack(KEYS)
local ttl, most = ARGV[1], tonumber(ARGV[2])
if redis.call('GET', size) == 'overgrown' then return 0 end

local function drop_before(first)
  for _, line in ipairs(redis.call('LRANGE', entries, 0, first - 1)) do
    local entry = cjson.decode(line)
    if type(entry.uuid) == 'string' then redis.call('SREM', uuids, entry.uuid) end
    redis.call('DECRBY', size, #line)
  end
  redis.call('LTRIM', entries, first, -1)
end

for i = 3, #ARGV, 3 do
  local uuid, begins, line = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if uuid == '' or redis.call('SADD', uuids, uuid) == 1 then
    local at = redis.call('RPUSH', entries, line) - 1
    redis.call('INCRBY', size, #line)
    if begins == '1' then
      local before = tonumber(redis.call('GET', compacted) or '0')
      if before > 0 then drop_before(before) end
      redis.call('SET', compacted, at - before)
    end
  end
end
if tonumber(redis.call('GET', size) or '0') > most then
  redis.call('DEL', entries, uuids, compacted)
  redis.call('SET', size, 'overgrown', 'PX', ttl)
  return 2
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ttl) end
return 1
