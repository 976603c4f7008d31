#!lua flags=allow-oom
-- Forget a name that no living member bears: which lanes it was the home of, and what waits for it.
-- KEYS  members, homes, places, its wake list, what was asked of it, what it had heard of that
-- ARGV  name
-- Gives how many lanes it was the home of, or -1 where a member of this name lives.
--- @include "members"
local members, homes, places, woken, asked, taken = unpack(KEYS)
local name = ARGV[1]
for _, me in ipairs(living(members)) do
  if name_of(me) == name then
    return -1
  end
end
local found, forgotten = redis.call('HGETALL', homes), 0
for place = 1, #found, 2 do
  if found[place + 1] == name then
    redis.call('HDEL', homes, found[place])
    forgotten = forgotten + 1
  end
end
redis.call('HDEL', places, name)
redis.call('DEL', woken, asked, taken)
return forgotten
