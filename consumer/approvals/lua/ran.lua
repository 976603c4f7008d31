#!lua flags=allow-oom
-- The call ran to its end, under the fencing token of the turn that carried it out.
-- KEYS  message, request
-- ARGV  token, the call's id, 'done' or 'failed'
-- Gives 1, or 0: nothing was changed.
--- @include "clock"
--- @include "close_request"
local message, key = unpack(KEYS)
local token, call, state = unpack(ARGV)
local found = redis.call('HMGET', key, 'state', 'ran_as')
if redis.call('HGET', message, 'token') ~= token or found[1] ~= 'running' or found[2] ~= call then
  return 0
end
redis.call('HSET', key, 'state', state, 'ended_ms', now_ms())
return 1
