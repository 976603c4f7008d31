#!lua flags=allow-oom
-- Be a lane's home no longer, so that another may be; not while its turn runs here. Who lost its lease
-- lets nothing go: another process of its name may have the lane open.
-- KEYS  homes, running, wake, members
-- ARGV  me, lanes ...
-- Gives nothing.
--- @include "wake"
local homes, running, wake, members = unpack(KEYS)
local me = ARGV[1]
if not is_member(members, me) then
  return
end
for place = 2, #ARGV do
  local lane = ARGV[place]
  local head = redis.call('LINDEX', fleet_name(wake, 'lane:') .. lane, 0)
  local runs = head and redis.call('SISMEMBER', running, head) == 1
  local ours = redis.call('HGET', homes, lane) == name_of(me)
  if ours and not (runs and redis.call('HGET', fleet_name(wake, 'message:') .. head, 'by') == me) then
    redis.call('HDEL', homes, lane)
    if head and not runs then
      wake_up(wake, lane)
    end
  end
end
