-- Who shares the queue: members, each called by its name and its process, until its lease lapses by
-- Redis's clock. After "clock".
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

-- Take out those whose lease has lapsed: what they ran is others' from now on.
local function bury(members, alone, leaving)
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', now_ms())) do
    redis.call('ZREM', members, dead)
    redis.call('SREM', alone, dead)
    redis.call('SREM', leaving, dead)
  end
end
