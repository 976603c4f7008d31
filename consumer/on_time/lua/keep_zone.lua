#!lua
-- Keep the zone of a person, under the fencing token of the message in which they say it.
-- KEYS  message, zones
-- ARGV  token, user id, zone
-- Gives 1, or 0 when the token is another's.
local message, zones = unpack(KEYS)
local token, person, zone = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return 0
end
redis.call('HSET', zones, person, zone)
return 1
