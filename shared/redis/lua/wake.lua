-- Wake the consumer, which blocks on this list; one word in it is enough.
local function wake_up(wake)
  if redis.call('LLEN', wake) == 0 then
    redis.call('RPUSH', wake, '1')
  end
end
