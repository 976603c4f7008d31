#!lua flags=allow-oom
-- Note what a running turn has used so far; what is set aside for it grows with that.
-- KEYS  this turn
-- ARGV  token, tokens
-- Gives {place of a budget, unit, hundredths used} where that is used up now, {} where none is, or
-- the turn is another's.
local turn = KEYS[1]
local token, tokens = ARGV[1], tonumber(ARGV[2])

local function whole(number)
  return string.format('%.0f', number)
end

local row = redis.call('HMGET', turn, 'token', 'counters', 'tokens', 'micro_usd', 'used',
  'used_micro_usd', 'price')
if row[1] ~= token or tokens < tonumber(row[5]) then
  return {}
end
local used = {tokens = tokens, micro_usd = math.floor(tokens * tonumber(row[7]))}
local before = {tokens = tonumber(row[5]), micro_usd = tonumber(row[6])}
local aside = {tokens = tonumber(row[3]), micro_usd = tonumber(row[4])}
local over = {}
for place, counter in ipairs(cjson.decode(row[2])) do
  for unit, amount in pairs(used) do
    local running = redis.call('HINCRBY', counter, 'running_' .. unit, whole(amount - before[unit]))
    local more = math.max(0, amount - aside[unit])
    redis.call('HINCRBY', counter, 'reserved_' .. unit, whole(more))
    local known = redis.call('HMGET', counter, unit, 'limit_' .. unit)
    local limit = tonumber(known[2] or '')
    local gone = tonumber(known[1] or 0) + running
    if limit and #over == 0 and gone >= limit then
      over = {place, unit, math.floor(gone * 100 / limit)}
    end
  end
end
redis.call('HSET', turn, 'used', whole(used.tokens), 'used_micro_usd', whole(used.micro_usd),
  'tokens', whole(math.max(aside.tokens, used.tokens)),
  'micro_usd', whole(math.max(aside.micro_usd, used.micro_usd)))
return over
