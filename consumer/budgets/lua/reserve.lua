#!lua flags=allow-oom
-- Set aside, of all budgets that a turn counts for, what one of its bot's uses on average; or of
-- none, where one of them has nothing left.
-- KEYS  message, turns that hold something, this turn, the bot's mean, the bot's budgets, then the
--       budgets
-- ARGV  job id, token, ms after which this turn is taken for dead, messages to count, prefix of
--       turns, tokens and millionths of a US dollar where there is no mean, ms that a budget is
--       kept when its time is over; for each budget: when its time is over (ms), thousandths of
--       it at which people are warned, its bounds of tokens, of millionths of a US dollar, of
--       messages; '' where there is none
-- Gives {'reserved', tokens, millionths}; {'refused', place, unit, 'spent' or 'reserved'}; {'stale'}
-- where a budget's time is over; {'fenced'}.
-- (allow-oom: some fields, without which a full Redis would hold up every turn.)
--- @include "budget_turn"
--- @include "clock"
local message, turns, turn, mean, budgets = unpack(KEYS)
local id, token, patience, said, prefix, tokens, micro_usd, keep = unpack(ARGV)
local FIRST_KEY, FIRST_ARGUMENT, A_BUDGET = 5, 8, 5
local LONGEST_S = 40 * 24 * 3600 -- a month, and what it is kept

if redis.call('HGET', message, 'token') ~= token then
  return {'fenced'}
end
local now = now_ms()

local held = redis.call('HMGET', turn, 'token', 'tokens', 'micro_usd')
if held[1] == token then
  return {'reserved', held[2], held[3]} -- asked once more: the answer was lost
elseif held[1] then
  end_turn(turn, turns, id) -- of an attempt that was killed
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', turns, '-inf', now, 'LIMIT', 0, 20)) do
  end_turn(prefix .. dead, turns, dead)
end

local function argument(place, number)
  return ARGV[FIRST_ARGUMENT + (place - 1) * A_BUDGET + number]
end

local counters = {}
for number = FIRST_KEY + 1, #KEYS do
  counters[#counters + 1] = KEYS[number]
end

local refusal
for place, counter in ipairs(counters) do
  local ends = tonumber(argument(place, 1))
  if ends <= now then
    return {'stale'}
  end
  for number, unit in ipairs(BUDGET_UNITS) do
    local limit = tonumber(argument(place, 2 + number))
    if limit then
      local row = redis.call('HMGET', counter, unit, 'running_' .. unit, 'reserved_' .. unit)
      local gone = tonumber(row[1] or 0) + tonumber(row[2] or 0)
      local why = gone >= limit and 'spent'
        or tonumber(row[1] or 0) + tonumber(row[3] or 0) >= limit and 'reserved'
      -- Of several the one that lasts longest is told; what is only set aside comes free sooner.
      local rank = why and (why == 'spent' and ends or 0)
      if rank and (not refusal or rank > refusal.rank) then
        refusal = {rank = rank, place = place, unit = unit, why = why}
      end
    end
  end
end
if refusal then
  return {'refused', refusal.place, refusal.unit, refusal.why}
end

local usual = redis.call('HMGET', mean, 'tokens', 'micro_usd')
tokens = math.max(1, math.floor(tonumber(usual[1] or tokens)))
micro_usd = math.max(1, math.floor(tonumber(usual[2] or micro_usd)))
for place, counter in ipairs(counters) do
  redis.call('HSET', counter, 'warn_permille', argument(place, 2), 'limit_tokens', argument(place, 3),
    'limit_micro_usd', argument(place, 4), 'limit_messages', argument(place, 5))
  redis.call('HINCRBY', counter, 'reserved_tokens', whole(tokens))
  redis.call('HINCRBY', counter, 'reserved_micro_usd', whole(micro_usd))
  redis.call('HINCRBY', counter, 'messages', said)
  redis.call('PEXPIREAT', counter, whole(tonumber(argument(place, 1)) + tonumber(keep)))
  redis.call('ZADD', budgets, argument(place, 1), counter)
end
redis.call('ZREMRANGEBYSCORE', budgets, '-inf', whole(now - tonumber(keep)))
redis.call('EXPIRE', budgets, LONGEST_S)
redis.call('HSET', turn, 'token', token, 'counters', cjson.encode(counters), 'tokens', whole(tokens),
  'micro_usd', whole(micro_usd), 'used', '0', 'used_micro_usd', '0', 'price', micro_usd / tokens)
redis.call('PEXPIRE', turn, whole(tonumber(patience) + tonumber(keep)))
redis.call('ZADD', turns, whole(now + tonumber(patience)), id)
return {'reserved', whole(tokens), whole(micro_usd)}
