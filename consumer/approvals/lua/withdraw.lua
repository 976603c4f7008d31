#!lua flags=allow-oom
-- Requests of a lane are withdrawn by a message, under its fencing token: by a control word, or by
-- the end of the turn that asked for them. Their numbers are recorded with the message: a second
-- attempt at it gives the same.
-- KEYS  message, the bot's open requests, those of the lane, what is asked for there
-- ARGV  token, prefix of the bot's requests, why, job id, seconds for which they are kept, the asker's
--       user id or '', job id of the message that asked for them or ''
-- Gives the numbers as JSON, or 'fenced'.
--- @include "clock"
--- @include "close_request"
local message, open, lane_set, asked = unpack(KEYS)
local token, prefix, why, job, keep, asker, of_job = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return 'fenced'
end
local before = redis.call('HGET', message, 'withdrawn')
if before then
  return before
end
local gone = {}
for _, number in ipairs(redis.call('SMEMBERS', lane_set)) do
  local key = prefix .. number
  local found = redis.call('HMGET', key, 'request', 'state')
  local request = found[1] and cjson.decode(found[1]) or {}
  local meant = (asker == '' or request.asker_id == tonumber(asker))
    and (of_job == '' or request.job_id == of_job)
  if not found[1] then
    redis.call('SREM', lane_set, number)
  elseif meant and (found[2] == 'open' or found[2] == 'approved') then
    close_request(
      {key = key, open = open, lane_set = lane_set, asked = asked, number = number, keep = keep},
      {'state', 'withdrawn', 'why', why, 'ended_ms', now_ms(), 'told_by', job}
    )
    gone[#gone + 1] = tonumber(number)
  end
end
table.sort(gone)
local numbers = #gone > 0 and cjson.encode(gone) or '[]'
redis.call('HSET', message, 'withdrawn', numbers)
return numbers
