#!lua flags=allow-oom
-- Have the next attempt at a message that is claimed end at once: whoever runs it now may die before
-- it has heard that it is to.
-- KEYS  message
-- ARGV  nothing
-- Gives 1, or 0 when nobody has it claimed: it waits, or has ended.
local message = KEYS[1]
if redis.call('HEXISTS', message, 'token') == 0 then
  return 0
end
redis.call('HSET', message, 'cancelled', '1')
return 1
