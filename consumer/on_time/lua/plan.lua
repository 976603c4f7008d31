#!lua flags=allow-oom
-- A schedule's next time, by its timetable; or its end.
-- KEYS  members, due, schedules, what schedules fired last
-- ARGV  me, the schedule as it is due, its field, its timetable as JSON or '' where it has ended, its
--       next time in ms or '' where it never comes
-- Gives 1, or 0 where we are no member.
--- @include "clock"
--- @include "members"
local members, due, schedules, last_fired = unpack(KEYS)
local me, called, field, timetable, at = unpack(ARGV)
if not is_member(members, me) then
  return 0
end
if timetable == '' then
  redis.call('HDEL', schedules, field)
  redis.call('HDEL', last_fired, called)
else
  redis.call('HSET', schedules, field, timetable)
end
if at == '' then
  redis.call('ZREM', due, called)
else
  redis.call('ZADD', due, at, called)
end
return 1
