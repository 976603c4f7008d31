-- A suspect of a crash runs alone here: were others beside it, they would be suspects next. What
-- other members run, which is in processes of their own, goes on. `it`: what claim.lua knows.
local function is_ours(it, id)
  return it.is_only or redis.call('HGET', it.message_key .. id, 'by') == it.me
end

local function runs_any(it)
  for id in pairs(it.runs) do
    if is_ours(it, id) then
      return true
    end
  end
  return false
end

-- One member has it run: the one that found it, while that lives and goes on, or its lane's `home`.
local function is_for_us(it, id, home)
  if it.is_only then
    return true
  end
  local message = it.message_key .. id
  local for_whom = home and it.of.names[home] or redis.call('HGET', message, 'for')
  if not home and (not for_whom or not it.of.processes[for_whom]
    or redis.call('SISMEMBER', fleet_name(it.wake, 'members-leaving'), for_whom) == 1) then
    for_whom = it.me
  end
  redis.call('HSET', message, 'for', for_whom)
  return for_whom == it.me
end

local function is_due(it, id)
  local score = redis.call('ZSCORE', it.control_due, id) or redis.call('ZSCORE', it.queue, id)
  return score and tonumber(score) <= it.moment and not it.runs[id]
end
