-- Become the owner of the queue, unless another is; a predecessor proven dead is no obstacle.
-- KEYS  lease
-- ARGV  consumer id, lease ms, id of the predecessor proven dead or ''
-- Gives '' when it is ours, else the owner's id.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] and owner ~= ARGV[3] then
  return owner
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ''
