#!lua flags=allow-oom
-- Claim nothing more and be no home for anything new: others are woken instead, and nothing is handed
-- to us any more.
-- KEYS  members, members that drain, wake
-- ARGV  me
-- Gives nothing.
--- @include "members"
--- @include "homes"
--- @include "offers"
if is_member(KEYS[1], ARGV[1]) then
  redis.call('SADD', KEYS[2], ARGV[1])
  redis.call('HSET', fleet_name(KEYS[3], 'offers'), 'upto', WITHDRAWN)
end
