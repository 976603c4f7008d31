-- End a turn's hold on its budgets: what it had set aside becomes what it has spent; without a
-- number, what it was last known to have used. Gives, in threes, the place of each budget that now
-- is at the share at which people are warned, and was not before; the unit in which it is; and how
-- many hundredths of it are used.
local BUDGET_UNITS = {'tokens', 'micro_usd', 'messages'}

local function whole(number)
  return string.format('%.0f', number)
end

local function newly_warned(counter, place, id, warned)
  local share = tonumber(redis.call('HGET', counter, 'warn_permille') or 1000)
  for _, unit in ipairs(BUDGET_UNITS) do
    local row = redis.call('HMGET', counter, unit, 'limit_' .. unit, 'warned_' .. unit)
    local limit = tonumber(row[2] or '') or 0
    -- The same message may have told of it in an attempt whose words got lost.
    local untold = not row[3] or row[3] == id
    if limit > 0 and untold and tonumber(row[1] or 0) * 1000 >= limit * share then
      redis.call('HSET', counter, 'warned_' .. unit, id)
      warned[#warned + 1] = place
      warned[#warned + 1] = unit
      warned[#warned + 1] = math.floor(tonumber(row[1]) * 100 / limit)
    end
  end
end

local function end_turn(turn, turns, id, tokens, micro_usd)
  redis.call('ZREM', turns, id)
  local row = redis.call('HMGET', turn, 'counters', 'tokens', 'micro_usd', 'used', 'used_micro_usd')
  if not row[1] then
    return {}
  end
  local warned = {}
  local spent = {tokens = tokens or tonumber(row[4]), micro_usd = micro_usd or tonumber(row[5])}
  local aside = {tokens = tonumber(row[2]), micro_usd = tonumber(row[3])}
  local running = {tokens = tonumber(row[4]), micro_usd = tonumber(row[5])}
  for place, counter in ipairs(cjson.decode(row[1])) do
    if redis.call('EXISTS', counter) == 1 then
      for unit, amount in pairs(spent) do
        redis.call('HINCRBY', counter, unit, whole(amount))
        redis.call('HINCRBY', counter, 'reserved_' .. unit, whole(0 - aside[unit]))
        redis.call('HINCRBY', counter, 'running_' .. unit, whole(0 - running[unit]))
      end
      newly_warned(counter, place, id, warned)
    end
  end
  redis.call('DEL', turn)
  return warned
end
