-- When the next message that does not run may run.
-- KEYS  queue, running
-- ARGV  far future ms
-- Gives ms since the epoch as a string, or nil: none is due ever.
local queue, running = unpack(KEYS)
local most = redis.call('SCARD', running) + 1
local found = redis.call('ZRANGEBYSCORE', queue, '-inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, most)
for place = 1, #found, 2 do
  if redis.call('SISMEMBER', running, found[place]) == 0 then
    return found[place + 1]
  end
end
return nil
