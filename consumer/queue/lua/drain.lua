#!lua flags=allow-oom
-- Claim nothing more and be no home for anything new: others are woken instead.
-- KEYS  members, members that drain
-- ARGV  me
-- Gives nothing.
--- @include "members"
if is_member(KEYS[1], ARGV[1]) then
  redis.call('SADD', KEYS[2], ARGV[1])
end
