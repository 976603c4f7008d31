#!lua flags=allow-oom
-- Carry one key over to its name of today, with the time it has left. Job ids among the members of a
-- list, set or zset become today's. What is there already stays, and of what can be joined is joined.
-- KEYS  old name, new name
-- ARGV  what job ids began with, what they begin with today
-- Gives nothing.
local old, new = unpack(KEYS)
local before, tag = unpack(ARGV)

local function today(member)
  if member:sub(1, #before) == before then
    return tag .. member:sub(#before + 1)
  end
  return member
end

local kind = redis.call('TYPE', old).ok
local function each(members, step, add)
  for place = 1, #members, step do
    add(today(members[place]), members[place + 1])
  end
end

local join = {
  list = function()
    each(redis.call('LRANGE', old, 0, -1), 1, function(member)
      redis.call('RPUSH', new, member)
    end)
  end,
  set = function()
    each(redis.call('SMEMBERS', old), 1, function(member)
      redis.call('SADD', new, member)
    end)
  end,
  zset = function()
    each(redis.call('ZRANGE', old, 0, -1, 'WITHSCORES'), 2, function(member, score)
      redis.call('ZADD', new, score, member)
    end)
  end,
  hash = function()
    each(redis.call('HGETALL', old), 2, function(field, value)
      redis.call('HSETNX', new, field, value)
    end)
  end,
}

if kind == 'none' then
  return
end
-- What may hold job ids is copied; a transcript, which may be long, is a list that does not.
local may_hold_jobs = kind == 'set' or kind == 'zset'
if kind == 'list' then
  local first = redis.call('LINDEX', old, 0)
  may_hold_jobs = today(first) ~= first
end
if redis.call('EXISTS', new) == 0 and not may_hold_jobs then
  redis.call('RENAME', old, new)
  return
end
local left = redis.call('PTTL', old)
if join[kind] then -- of a string, and of a stream, the newer one stands
  join[kind]()
end
if left > 0 then
  redis.call('PEXPIRE', new, left)
end
redis.call('DEL', old)
