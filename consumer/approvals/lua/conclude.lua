#!lua flags=allow-oom
-- The turn that was to carry a request out is over, or the attempt at it before this one is: what was
-- not called is withdrawn, and of what was let run and has no end nobody knows.
-- KEYS  message, request, the bot's open requests, those of the lane, what is asked for there
-- ARGV  token, number, job id, seconds for which it is kept, why it is withdrawn when the turn is over, ''
--       before
-- Gives 1 when this message is to tell of it, 0 when it is not, -1 when the token is another's.
--- @include "clock"
--- @include "close_request"
local message, key, open, lane_set, asked = unpack(KEYS)
local token, number, job, keep, why = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return -1
end
local it = {key = key, open = open, lane_set = lane_set, asked = asked, number = number, keep = keep}
local state = redis.call('HGET', key, 'state')
if state == 'approved' and why ~= '' then
  close_request(it, {'state', 'withdrawn', 'why', why, 'ended_ms', now_ms(), 'told_by', job})
elseif state == 'running' then
  close_request(it, {'state', 'unknown', 'ended_ms', now_ms(), 'told_by', job})
end
return redis.call('HGET', key, 'told_by') == job and 1 or 0
