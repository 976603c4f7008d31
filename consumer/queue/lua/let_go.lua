#!lua flags=allow-oom
-- Be a lane's home no longer, so that another may be; not while its turn, or a word to it, runs here.
-- Who lost its lease lets nothing go: another process of its name may have the lane open.
-- KEYS  homes, running, wake, members
-- ARGV  me, lanes ...
-- Gives nothing.
--- @include "wake"
local homes, running, wake, members = unpack(KEYS)
local me = ARGV[1]
if not is_member(members, me) then
  return
end

-- A line's first message, and by whom it is run.
local function first_of(line)
  local head = redis.call('LINDEX', fleet_name(wake, 'lane:') .. line, 0)
  local runs = head and redis.call('SISMEMBER', running, head) == 1
  return head, runs and redis.call('HGET', fleet_name(wake, 'message:') .. head, 'by')
end

for place = 2, #ARGV do
  local lane = ARGV[place]
  local head, by = first_of(lane)
  local _, heard_by = first_of(control_line(lane))
  local ours = redis.call('HGET', homes, lane) == name_of(me)
  if ours and by ~= me and heard_by ~= me then
    redis.call('HDEL', homes, lane)
    if head and not by then
      wake_up(wake, lane)
    end
  end
end
