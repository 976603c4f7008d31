#!lua
-- Somebody's yes or no to a request, under the fencing token of the control word; after a yes the
-- message that has it carried out waits in its lane. What came of it is recorded with the control
-- word: a second attempt at it gives the same.
-- KEYS  control word, request, the bot's open requests, those of the lane, what is asked for there,
--       known bots of others; of the message to come: message, lane list, arq job, arq queue, lanes,
--       control lines, events, wake, arrivals
-- ARGV  token, number, user id, name, '1' for a yes, lane in which it was typed, '1' in a ping,
--       '1' when the user is a bot of ours, digest of the bot's file as it is now, job id of the
--       control word, seconds for which it is kept; of the message to come: job id, line, body,
--       arq's job, event, now ms, far future ms, prefix of message keys
-- Gives what came of it as one word, or 'fenced'. Of 'late' its state tells.
--- @include "clock"
--- @include "wake"
--- @include "lines"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "enqueue_own"
--- @include "close_request"
local word, key, open, lane_set, asked, foreign = unpack(KEYS, 1, 6)
local token, number, person, name, yes, here, ping, is_ours, bot_state, job, keep = unpack(ARGV, 1, 11)

if redis.call('HGET', word, 'token') ~= token then
  return 'fenced'
end
local before = redis.call('HGET', word, 'verdict')
if before then
  return before
end
local now = now_ms()
local it = {key = key, open = open, lane_set = lane_set, asked = asked, number = number, keep = keep}

local function verdict()
  local found = redis.call('HMGET', key, 'request', 'state', 'expires_ms')
  if not found[1] then
    return 'none'
  end
  local request = cjson.decode(found[1])
  local may = false
  for _, approver in ipairs(request.approvers) do
    may = may or (person ~= '' and approver == tonumber(person))
  end
  -- A bot never approves, whatever a file says.
  may = may and is_ours ~= '1' and redis.call('SISMEMBER', foreign, person) == 0
  local lane = string.format('%.0f:%s', request.room_id, request.bot_id)
  if here ~= lane and not (ping == '1' and may) then
    return 'elsewhere'
  end
  if not may then
    return 'not_yours'
  end
  if found[2] ~= 'open' then
    return 'late'
  end
  if tonumber(found[3]) <= now then
    close_request(it, {'state', 'expired', 'ended_ms', now, 'told_by', job})
    return 'late'
  end
  if request.bot_state ~= bot_state then
    close_request(it, {'state', 'withdrawn', 'why', 'file', 'ended_ms', now, 'told_by', job})
    return 'late'
  end
  local answer = {'by', person, 'by_name', name, 'answered_ms', now}
  if yes ~= '1' then
    close_request(it, {'state', 'denied', 'ended_ms', now, 'told_by', job, unpack(answer)})
    return 'denied'
  end
  local names, values = {unpack(KEYS, 7)}, {unpack(ARGV, 12)}
  redis.call('HSET', key, 'state', 'approved', 'carried_out_by', values[1], unpack(answer))
  local same = redis.call('HGET', key, 'same')
  if redis.call('HGET', asked, same) == number then
    redis.call('HDEL', asked, same)
  end
  enqueue_own(names, values, request.asker_id)
  return 'approved'
end

local came_of_it = verdict()
redis.call('HSET', word, 'verdict', came_of_it)
return came_of_it
