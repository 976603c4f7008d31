#!lua flags=allow-oom
-- Repair lanes whose head is neither runnable nor running, which nothing else would ever wake; some
-- lanes at a time, for this blocks Redis.
-- KEYS  lanes, queue, running, wake, control words due, arrivals, held lanes, paused
-- ARGV  far future ms, prefix of lane keys, prefix of message keys, cursor, how many lanes
-- Gives the next cursor ('0': all were looked at), then the ids of the heads that were set going.
--- @include "wake"
--- @include "lines"
--- @include "promote"
--- @include "paused"
--- @include "release"
--- @include "clock"
local lanes, queue, running, wake, control_due, arrivals, held, paused = unpack(KEYS)
local far, lane_key, message_key, cursor, count = unpack(ARGV)
local now = now_ms()

-- Of an older release, which kept no such index, or of one that was lost.
local function note_arrival(head)
  if not redis.call('ZSCORE', arrivals, head) then
    redis.call('ZADD', arrivals, redis.call('HGET', message_key .. head, 'accepted') or now, head)
  end
end

-- Held back until its lane's control words are done with (claim.lua); settle.lua lets it go on.
local function is_behind_a_word(name, head)
  return redis.call('HEXISTS', message_key .. head, 'due') == 1
    and redis.call('EXISTS', lane_key .. control_line(name)) == 1
end

local function is_set_going(name, head)
  if is_control(name) then
    return promote_word(queue, control_due, running, head, now)
  end
  note_arrival(head)
  if is_behind_a_word(name, head) then
    return false
  end
  if redis.call('SISMEMBER', held, name) == 0 then
    return promote(queue, running, head, now, far)
  end
  return release(name, head, held, paused, queue, running, arrivals, now, far)
end

local found = redis.call('SSCAN', lanes, cursor, 'COUNT', count)
local repaired = {found[1]}
for _, name in ipairs(found[2]) do
  local lane = lane_key .. name
  local head = redis.call('LINDEX', lane, 0)
  while head and redis.call('EXISTS', message_key .. head) == 0 do
    redis.call('LPOP', lane)
    redis.call('ZREM', queue, head)
    redis.call('ZREM', arrivals, head)
    redis.call('ZREM', control_due, head)
    head = redis.call('LINDEX', lane, 0)
  end
  if not head then
    redis.call('SREM', lanes, name)
  elseif is_set_going(name, head) then
    repaired[#repaired + 1] = head
    wake_up(wake, name)
  end
end
return repaired
