-- What Redis holds for running here.
-- KEYS  running, offers
-- ARGV  me, prefix of message keys
-- Gives ms by Redis' clock, how many messages were handed to us (hand_over.lua), then the job ids.
--- @include "clock"
local ours = {string.format('%.0f', now_ms()), redis.call('HGET', KEYS[2], 'handed') or '0'}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('HGET', ARGV[2] .. id, 'by') == ARGV[1] then
    ours[#ours + 1] = id
  end
end
return ours
