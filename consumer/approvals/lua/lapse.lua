#!lua flags=allow-oom
-- Requests of a lane have come to an end by themselves: their time is over, the bot's file has changed,
-- or the message that was to carry one out is gone. A message that tells of them waits in the lane
-- from then on.
-- KEYS  members, the bot's open requests, those of the lane, what is asked for there; of the message to
--       come: message, lane list, arq job, arq queue, lanes, control lines, events, wake,
--       arrivals
-- ARGV  me, prefix of the bot's requests, digest of the bot's file as it is now, seconds for
--       which they are kept, numbers as JSON; of the message to come: job id, line, body, arq's job,
--       event, now ms, far future ms, prefix of message keys
-- Gives how many that were.
-- (allow-oom: what has ended is told, and its keys are taken away, in a full Redis too.)
--- @include "clock"
--- @include "members"
--- @include "wake"
--- @include "lines"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "enqueue_own"
--- @include "close_request"
local members, open, lane_set, asked = unpack(KEYS, 1, 4)
local me, prefix, bot_state, keep, numbers = unpack(ARGV, 1, 5)
local values = {unpack(ARGV, 6)}
local id, message_key = values[1], values[8]
if not is_member(members, me) then
  return 0
end
local now, count = now_ms(), 0
for _, given in ipairs(cjson.decode(numbers)) do
  local number = string.format('%.0f', given)
  local key = prefix .. number
  local it = {key = key, open = open, lane_set = lane_set, asked = asked, number = number, keep = keep}
  local found = redis.call('HMGET', key, 'request', 'state', 'expires_ms', 'carried_out_by')
  local waits = found[2] == 'open' or found[2] == 'approved'
  if not waits then
    redis.call('ZREM', open, number)
    redis.call('SREM', lane_set, number)
  elseif tonumber(found[3]) <= now then
    close_request(it, {'state', 'expired', 'ended_ms', now, 'told_by', id})
    count = count + 1
  elseif cjson.decode(found[1]).bot_state ~= bot_state then
    close_request(it, {'state', 'withdrawn', 'why', 'file', 'ended_ms', now, 'told_by', id})
    count = count + 1
  elseif found[2] == 'approved' and redis.call('EXISTS', message_key .. found[4]) == 0 then
    close_request(it, {'state', 'withdrawn', 'why', 'stopped', 'ended_ms', now, 'told_by', id})
    count = count + 1
  end
end
if count > 0 then
  enqueue_own({unpack(KEYS, 5)}, values, '')
end
return count
