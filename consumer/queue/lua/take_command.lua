-- Take the next of what is asked of us, unless we are no member any more: then it is our name's next
-- process that is asked.
-- KEYS  list of commands, those that our name has taken, members
-- ARGV  me
-- Gives the command; nil where we are no member, or somebody else was asked too and took it.
--- @include "clock"
--- @include "members"
local asked, taken, members = unpack(KEYS)

if not is_member(members, ARGV[1]) then
  return false
end
return redis.call('LMOVE', asked, taken, 'LEFT', 'RIGHT')
