-- Take an older release's queue for good, unless one of its consumers owns it: what starts or waits
-- there finds an owner, now and after any restart, and stands by.
-- KEYS  the older release's lease
-- ARGV  who owns it from now on
-- Gives '' when it is taken, else the owner's id.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return owner
end
redis.call('SET', KEYS[1], ARGV[1])
return ''
