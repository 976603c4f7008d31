#!lua flags=allow-oom
-- End a turn's hold on its budgets with what it has spent, and learn from it what turns use.
-- KEYS  this turn, turns that hold something, the bot's mean
-- ARGV  job id, token, tokens, millionths of a US dollar, seconds that the mean is kept
-- Gives places, units and hundredths used, in threes, of budgets of which people are to be warned
-- now; {} where the turn is another's, or was ended before.
--- @include "budget_turn"
local turn, turns, mean = unpack(KEYS)
local id, token, tokens, micro_usd, keep = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local OF_EIGHT = 8

if redis.call('HGET', turn, 'token') ~= token then
  return {}
end
local warned = end_turn(turn, turns, id, tokens, micro_usd)
if tokens > 0 then
  local usual = redis.call('HMGET', mean, 'tokens', 'micro_usd')
  local function learnt(before, now)
    before = tonumber(before or now)
    return string.format('%.3f', before + (now - before) / OF_EIGHT)
  end
  redis.call('HSET', mean, 'tokens', learnt(usual[1], tokens), 'micro_usd', learnt(usual[2], micro_usd))
  redis.call('EXPIRE', mean, keep)
end
return warned
