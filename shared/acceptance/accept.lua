#!lua
-- (The line above has a full Redis refuse the whole script, not the first write that needs room.)
-- Accept one message: dedupe, store, queue, wake; all of it or nothing, in one round trip.
-- KEYS  seen, message, lane list, arq job, arq queue, lanes, wake, hops, rate, foreign bots
-- ARGV  job id, lane, message JSON, arq job JSON, message number or '', now ms, far future ms,
--       dedupe seconds, prefix of message keys, how many may wait behind the lane's head,
--       the person's id, '1' when a bot wrote it, how often bots may answer bots, '1' when this
--       bot answers bots, how many messages of one bot it takes an hour
-- Gives 'accepted', 'duplicate', 'full', 'ignored', 'looping' or 'limited'.
local seen, message, lane, job, queue, lanes, wake, hops, rate, foreign = unpack(KEYS)
local id, lane_name, body, ticket, number, now, far, remember, message_key, most,
  person, from_bot, most_hops, answers_bots, most_an_hour = unpack(ARGV)

if redis.call('EXISTS', seen) == 1 then
  return 'duplicate'
end
-- Two bots that answer each other stop here; a person who speaks starts the hops anew. Before
-- 'full', which is said in the room: said to a bot, it would be the next message of a loop.
local HOUR = 3600
if from_bot ~= '1' and redis.call('SISMEMBER', foreign, person) == 0 then
  redis.call('DEL', hops)
elseif answers_bots ~= '1' then
  return 'ignored'
else
  local hop = redis.call('INCR', hops)
  redis.call('EXPIRE', hops, HOUR)
  if hop > tonumber(most_hops) then
    return 'looping'
  end
  local heard = redis.call('INCR', rate)
  redis.call('EXPIRE', rate, HOUR, 'NX')
  if heard > tonumber(most_an_hour) then
    return 'limited'
  end
end
if redis.call('LLEN', lane) > tonumber(most) then
  return 'full'
end
redis.call('SET', seen, id, 'EX', remember)
redis.call('HSET', message, 'lane', lane_name, 'body', body, 'number', number, 'accepted', now,
  'person', person)
redis.call('SET', job, ticket)

-- Two deliveries that overtook each other within a moment go by Campfire's number. The head is
-- never overtaken: it may be running.
local MOMENT_MS = 2000
local function overtaken(other)
  local known = redis.call('HMGET', message_key .. other, 'number', 'accepted')
  return number ~= '' and known[1] and known[1] ~= ''
    and tonumber(known[1]) > tonumber(number)
    and tonumber(now) - tonumber(known[2]) < MOMENT_MS
end

local place = redis.call('LLEN', lane)
while place > 1 and overtaken(redis.call('LINDEX', lane, place - 1)) do
  place = place - 1
end
local behind = redis.call('LINDEX', lane, place)
if place > 0 and behind then
  redis.call('LINSERT', lane, 'BEFORE', behind, id)
else
  redis.call('RPUSH', lane, id)
end
redis.call('SADD', lanes, lane_name)

if place > 0 then
  redis.call('ZADD', queue, far, id)
  return 'accepted'
end
redis.call('ZADD', queue, now, id)
if redis.call('LLEN', wake) == 0 then
  redis.call('RPUSH', wake, '1')
end
return 'accepted'
