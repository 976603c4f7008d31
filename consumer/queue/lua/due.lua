-- When the next message that does not run may run.
-- KEYS  queue, running, control words due
-- ARGV  far future ms
-- Gives ms since the epoch as a string, or nil: none is due ever.
local queue, running, control_due = unpack(KEYS)
local word = redis.call('ZRANGE', control_due, 0, 0, 'WITHSCORES')[2]
local most = redis.call('SCARD', running) + 1
local found = redis.call('ZRANGEBYSCORE', queue, '-inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, most)
for place = 1, #found, 2 do
  if redis.call('SISMEMBER', running, found[place]) == 0 then
    return word and tonumber(word) < tonumber(found[place + 1]) and word or found[place + 1]
  end
end
return word
