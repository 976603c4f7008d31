#!lua
-- The one call that an approval is good for is about to run, in the turn that carries it out and under
-- its fencing token: from now on it may have run.
-- KEYS  message, request, the bot's open requests, those of the lane, what is asked for there
-- ARGV  token, number, tool, the call's id, digest of the bot's file as it is now, job id, seconds for
--       which it is kept
-- Gives 1, or 0: it does not run.
--- @include "clock"
--- @include "close_request"
local message, key, open, lane_set, asked = unpack(KEYS)
local token, number, tool, call, bot_state, job, keep = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return 0
end
local found = redis.call('HMGET', key, 'request', 'state', 'expires_ms', 'carried_out_by')
if found[2] ~= 'approved' or found[4] ~= job or tonumber(found[3]) <= now_ms() then
  return 0
end
local request = cjson.decode(found[1])
if request.tool ~= tool or request.bot_state ~= bot_state then
  return 0
end
close_request(
  {key = key, open = open, lane_set = lane_set, asked = asked, number = number, keep = keep},
  {'state', 'running', 'ran_as', call}
)
return 1
