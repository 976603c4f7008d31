-- Who shares the queue: members, each called by its name and its process, until its lease lapses by
-- Redis's clock.
--- @include "clock"
local function name_of(me)
  return me:match('^(.*):[^:]*$') or me
end

local function is_member(members, me)
  local lapses = redis.call('ZSCORE', members, me)
  return lapses and tonumber(lapses) > now_ms()
end

local function living(members)
  return redis.call('ZRANGEBYSCORE', members, '(' .. now_ms(), '+inf')
end

-- Take out those whose lease has lapsed: what they ran, and their lanes, are others' from now on.
-- Gives how many.
local function bury(members, alone, leaving)
  local dead = redis.call('ZRANGEBYSCORE', members, '-inf', now_ms())
  for _, me in ipairs(dead) do
    redis.call('ZREM', members, me)
    redis.call('SREM', alone, me)
    redis.call('SREM', leaving, me)
  end
  return #dead
end
