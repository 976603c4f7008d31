#!lua
-- (The line above has a full Redis refuse the whole script, not the first write that needs room.)
-- Accept one message: dedupe, store, queue, wake; all of it or nothing, in one round trip.
-- KEYS  seen, message, lane list, arq job, arq queue, lanes, wake, hops, rate, foreign bots, rooms,
--       room names, events, control words due, the room's first accepted message, format, arrivals
-- ARGV  job id, lane, message JSON, arq job JSON, message number or '', far future ms, dedupe
--       seconds, prefix of message keys, the person's id, '1' when a bot wrote it, 'nobody' when
--       neither a bot nor a person did, how often bots
--       may answer bots, '1' when this bot answers bots, how many messages of one bot it takes an
--       hour, the room's name as JSON, how many rooms are known at most, the event as JSON, '1' for a
--       control word, now ms, how many may wait behind the lane's head, '1' when its acceptance
--       was promised before, ms within which a lower number goes before, the format of these names,
--       a number that nobody gives twice, or '' where the message waits for others that may go before
--       it, arq's in-progress mark of the job, ms for which others may be about to bring what goes
--       before it, '0' for none
-- Gives 'accepted', 'duplicate', 'full', 'ignored', 'looping' or 'limited'; 'other format' where the
-- names in Redis are not known to be these.
--- @include "wake"
--- @include "lines"
--- @include "clock"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "accept/hand_over"
--- @include "accept/late"
local seen, message, lane, job, queue, lanes, wake, hops, rate, foreign, rooms,
  room_names, events, control_due, first_accepted, format, arrivals = unpack(KEYS)
local id, lane_name, body, ticket, number, far, remember, message_key, person, from_bot, most_hops,
  answers_bots, most_an_hour, room_name, most_rooms, event, control, now, most, promised,
  moment, our_format, number_here, progress, others_ms = unpack(ARGV)

local stored_format, known = unpack(redis.call('MGET', format, seen))
if stored_format ~= our_format then
  return 'other format'
end

-- A refusal is remembered too: what was told that it is not answered is not caught up on later. A
-- promise goes before it: the refusal may have been lost on its way, and then the message spooled.
local REFUSALS = {full = true, ignored = true, looping = true, limited = true}
if known and not REFUSALS[known] then
  return 'duplicate'
elseif known and promised ~= '1' then
  return known
end

local HOUR = 3600
-- What is seldom there is asked for together: where there is none of it, nothing more is asked.
local there = redis.call('EXISTS', lane, foreign, hops, unpack(what_a_claim_minds(wake, lane_name)))
local is_quiet = there == 0
local waiting = is_quiet and 0 or redis.call('LLEN', lane)
local is_lane_alone = waiting > 0 and there == 1
local function refusal()
  -- Two bots that answer each other stop here; a person who speaks starts the hops anew. Before
  -- 'full', which is said in the room: said to a bot, it would be the next message of a loop.
  local have_bots_spoken = not is_quiet and not is_lane_alone
    and redis.call('EXISTS', foreign, hops) > 0
  local is_bot = from_bot == '1'
    or have_bots_spoken and redis.call('SISMEMBER', foreign, person) == 1
  if not is_bot then
    -- Who says "stop" to bots wants no more of them: a control word leaves the hops as they are,
    -- and so does what no person said.
    if have_bots_spoken and control ~= '1' and from_bot ~= 'nobody' then
      redis.call('DEL', hops)
    end
  elseif answers_bots ~= '1' or control == '1' then
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
  if waiting > tonumber(most) then
    return 'full'
  end
end

local refused = refusal()
redis.call('SET', seen, refused or id, 'EX', remember)
if refused then
  return refused
end
-- Two deliveries that overtook each other within a moment go by Campfire's number.
local function goes_before(others, accepted)
  return number ~= '' and others and others > tonumber(number)
    and tonumber(now) - accepted < tonumber(moment)
end
local it = {message = message, message_key = message_key, lane = lane, job = job, queue = queue,
  lanes = lanes, control_due = control_due, events = events, wake = wake, id = id,
  line = lane_name, body = body, number = number, person = person, ticket = ticket, event = event,
  now = now, far = far, goes_before = goes_before, arrivals = arrivals, length = waiting,
  progress = progress, number_here = number_here, hand_over = hand_over,
  begins_at = begins_at(others_ms, lane_name), take_place_of = take_place_of}
if number_here == '' and control ~= '1' then
  it.gives_way = function(head) return has_not_begun(it, head) end
end
if waiting == 0 and control ~= '1' and number_here ~= '' then
  it.taker = taker(wake, lane_name, is_quiet)
  it.marks = it.taker and marks_of_claim(it)
end
-- Where to look for what never reached us (consumer.catch_up): the lanes that were used last, as they
-- were known a minute ago. What was not said in Campfire does not know the room's name, and without
-- one a room is a ping.
local MINUTE_MS = 60 * 1000
local conversation = number ~= '' and lane_of(lane_name)
local noted = conversation and redis.call('ZSCORE', rooms, conversation)
-- (Also by a clock that is a little ahead; by one that is far, nobody knows when that was.)
local is_noted = noted and noted - now_ms() < 1000 and now_ms() - noted < MINUTE_MS
it.keeps_stream = is_noted -- it was kept then
enqueue(it)

local MONTH_SECONDS = 30 * 24 * 3600
local function hour_of(ms)
  return math.floor(tonumber(ms) / (HOUR * 1000))
end
local function make_known(last)
  redis.call('ZADD', rooms, now, conversation)
  if not last or redis.call('HGET', room_names, conversation) ~= room_name then
    redis.call('HSET', room_names, conversation, room_name)
  end
  if last and hour_of(last) == hour_of(now) then
    return -- each hour in which a lane is used prolongs what follows, however dense its messages
  end
  -- Never behind the first: a Redis that was emptied or changed does not know what was answered.
  if not redis.call('SET', first_accepted, number, 'NX', 'EX', MONTH_SECONDS) then
    redis.call('EXPIRE', first_accepted, MONTH_SECONDS)
  end
  redis.call('EXPIRE', rooms, MONTH_SECONDS)
  redis.call('EXPIRE', room_names, MONTH_SECONDS)
  for _, old in ipairs(last and {} or redis.call('ZRANGE', rooms, 0, -1 - most_rooms)) do
    redis.call('ZREM', rooms, old)
    redis.call('HDEL', room_names, old)
  end
end
if conversation and not is_noted then
  make_known(noted)
end

return 'accepted'
