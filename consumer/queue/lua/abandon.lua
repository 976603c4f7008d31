#!lua flags=allow-oom
-- Set going again what is marked as running here although nothing here runs it: a claim whose
-- answer was lost on the way, or a message that was handed to us and has no place. No crash, no
-- failure.
-- KEYS  members, running, queue, wake, control words due
-- ARGV  me, prefix of message keys, prefix of arq's in-progress keys, job ids ...
-- Gives 1, or 0 when we are no member.
--- @include "clock"
--- @include "members"
--- @include "wake"
--- @include "lines"
--- @include "give_back"
local members, running, queue, wake, control_due = unpack(KEYS)
local me, message_key, progress_key = unpack(ARGV)
if not is_member(members, me) then
  return 0
end
give_back_ours({message_key = message_key, progress_key = progress_key, running = running,
  queue = queue, control_due = control_due, wake = wake}, me, {unpack(ARGV, 4)})
return 1
