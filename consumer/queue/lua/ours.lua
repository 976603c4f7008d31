-- What Redis holds for running here.
-- KEYS  running
-- ARGV  me, prefix of message keys
-- Gives the job ids.
local ours = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('HGET', ARGV[2] .. id, 'by') == ARGV[1] then
    ours[#ours + 1] = id
  end
end
return ours
