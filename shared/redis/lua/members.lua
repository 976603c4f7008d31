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

-- Where nobody was heard from for half a lease, since when; else nil. Redis was away, or nobody lives.
local function silent_since(members, lease_ms)
  local last = tonumber(redis.call('GET', members .. '-heard') or '')
  return last and now_ms() - last > lease_ms / 2 and last or nil
end

-- A member beats, or one asks to be one: so Redis answers, and all others can beat.
local function hear(members)
  redis.call('SET', members .. '-heard', string.format('%.0f', now_ms()))
end

-- Who lived when somebody was last heard from is not dead by what has lapsed since: it gets some ms
-- in which to beat.
local function spare(members, since, ms)
  local before = now_ms() + ms
  for _, me in ipairs(redis.call('ZRANGEBYSCORE', members, since, '(' .. before)) do
    redis.call('ZADD', members, before, me)
  end
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
