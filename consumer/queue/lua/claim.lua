#!lua flags=allow-oom
-- Claim up to N lane heads whose time has come, longest-waiting lane first (one that was idle before with
-- a head start: enqueue.lua), and up to M control
-- words, which have places of their own: they never wait for a turn to end.
-- KEYS  queue, running, suspects, members, count of claims, control words due, paused, held lanes, wake
-- ARGV  me, N, M, now ms, lease ms, far future ms, prefixes of message and lane keys,
--       prefixes of arq's in-progress, job and retry keys, number of this process's first claim here,
--       '1' when lanes have homes, ms that a head waits for its lane's home before that is to let go
-- Gives a list of {job id, token, message hash as a flat list, the home that its lane had before};
-- {} when we are no member. With the token 0: a job that is no message of ours, and was dropped. With -1: a pause
-- holds its lane, which did not stand still before. The last is {'', -2, {how many lanes are held}}.
-- A token is the count of claims, for who reads it, and what makes it this claim's alone even where a
-- failover of Redis gives a count twice: who claims, and the number of the claim there.
-- A lane with a living home is claimed by that alone, and who claims a turn becomes its home: one client
-- is open of a conversation, and one turn of it runs.
-- What runs keeps as its score the time at which it was claimed.
-- (allow-oom: a turn ends in a settle, which frees memory; refused, a full Redis would stay full.)
--- @include "homes"
--- @include "timeline"
--- @include "paused"
--- @include "wake"
local queue, running, suspects, members, claims, control_due, paused, held, wake = unpack(KEYS)
local me, want, words, now, lease_ms, far, message_key, lane_key, progress_key,
  job_key, retry_key, number, has_homes, patience = unpack(ARGV)
want, words = tonumber(want), tonumber(words)
local name = name_of(me)

local all = living(members)
local of = fleet(wake, all)
if not of.processes[me] then
  return {}
end
-- Of several members each looks past what is the others', page by page while it has room.
local MOST_LOOKED = 2500
local others_rows = #all > 1 and 500 or 0

local function runs(id)
  return redis.call('SISMEMBER', running, id) == 1
end

local function is_due(id)
  local score = redis.call('ZSCORE', control_due, id) or redis.call('ZSCORE', queue, id)
  return score and tonumber(score) <= tonumber(now) and not runs(id)
end

-- Gives the home that the lane had before.
local function be_home(lane)
  local before = has_homes == '1' and redis.call('HGET', of.homes, lane)
  if has_homes == '1' and before ~= name then
    redis.call('HSET', of.homes, lane, name)
    -- One that has lapsed may come back, with the conversation still open.
    if before then
      ask_to_let_go(wake, before, lane)
    end
  end
  return before or ''
end

local function is_others(line)
  local whose = #all > 1 and only_for(of, line)
  return whose and whose ~= name and whose
end

local claimed = {}
local function claim(id)
  local message = message_key .. id
  local lane = redis.call('HGET', message, 'lane')
  if not lane then
    -- Not one of ours, or settled already (a dashboard's "retry" brings back its job): nothing
    -- here would ever run it, and nothing would ever take its keys away.
    redis.call('ZREM', queue, id)
    redis.call('ZREM', control_due, id)
    redis.call('DEL', job_key .. id, retry_key .. id, progress_key .. id)
    claimed[#claimed + 1] = {id, 0, {}}
  elseif redis.call('LINDEX', lane_key .. lane, 0) ~= id then
    -- Made runnable from outside (arq's own abort() does): its turn has not come.
    redis.call('ZADD', queue, far, id)
    redis.call('ZREM', control_due, id)
  else
    local token = string.format('%.0f.%s.%.0f', redis.call('INCR', claims), me, number + #claimed)
    redis.call('HSET', message, 'token', token, 'by', me)
    local starts = redis.call('HINCRBY', message, 'starts', 1)
    note_step(message, step(now, 'claimed', starts))
    redis.call('HSETNX', message, 'began', now)
    redis.call('SADD', running, id)
    redis.call('ZADD', queue, now, id)
    if is_control(lane) then
      redis.call('ZREM', control_due, id)
    end
    redis.call('SET', progress_key .. id, me, 'PX', lease_ms)
    local before = is_control(lane) and name or be_home(lane)
    claimed[#claimed + 1] = {id, token, redis.call('HGETALL', message), before}
  end
end

-- Its head is put where nothing looks, until release.lua lets the lane go on.
local is_any_paused = redis.call('EXISTS', paused) == 1
local held_back = 0
local function hold(id, lane)
  if not is_any_paused or lane == '' or is_control(lane) or not is_paused(paused, lane) then
    return false
  end
  redis.call('ZADD', queue, far, id)
  held_back = held_back + 1
  if redis.call('LINDEX', lane_key .. lane, 0) == id then
    note_step(message_key .. id, step(now, 'held', ''))
    if redis.call('SADD', held, lane) == 1 then
      claimed[#claimed + 1] = {id, -1, {}}
    end
  end
  return true
end

-- `room`: for how many more turns, as who is to be woken next needs to know.
local function all_claimed(room)
  if #all > 1 then
    redis.call('HSET', fleet_name(wake, 'places'), name, room)
  end
  claimed[#claimed + 1] = {'', -2, {tostring(redis.call('SCARD', held))}}
  return claimed
end

local suspected = {}
local suspects_now = redis.call('LRANGE', suspects, 0, -1)
for _, id in ipairs(suspects_now) do
  suspected[id] = true
end

-- Control words first, beside whatever runs: "stop" has to reach a suspect too. One that is a
-- suspect itself runs alone below, like any other.
local most_words = words > 0 and words + #suspects_now + others_rows or 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', control_due, '-inf', now, 'LIMIT', 0, most_words)) do
  local line = redis.call('HGET', message_key .. id, 'lane') or ''
  if #claimed < words and not suspected[id] and not is_others(line) then
    claim(id)
  end
end

-- How many run here.
local function count_ours()
  if #all == 1 then
    return redis.call('SCARD', running)
  end
  local ours = 0
  for _, id in ipairs(redis.call('SMEMBERS', running)) do
    ours = ours + (redis.call('HGET', message_key .. id, 'by') == me and 1 or 0)
  end
  return ours
end

-- One member has a suspect run: the one that found it, while that lives and goes on, or its lane's home.
local function is_our_suspect(id, line)
  if #all == 1 then
    return true
  end
  local whose = is_others(line)
  local for_whom = whose and of.names[whose] or redis.call('HGET', message_key .. id, 'for')
  if not whose and (not for_whom or not of.processes[for_whom]
    or redis.call('SISMEMBER', fleet_name(wake, 'members-leaving'), for_whom) == 1) then
    for_whom = me
  end
  redis.call('HSET', message_key .. id, 'for', for_whom)
  return for_whom == me
end

-- A suspect of a crash runs alone here: were others beside it, they would be suspects next. What other
-- members run, which is in processes of their own, goes on.
local suspect
for _, id in ipairs(suspects_now) do
  local lane = redis.call('HGET', message_key .. id, 'lane') or ''
  if runs(id) then
    if #all == 1 or redis.call('HGET', message_key .. id, 'by') == me then
      want, suspect = 0, nil
      break
    end
  elseif not suspect and is_due(id) and is_our_suspect(id, lane) and not hold(id, lane) then
    suspect = id
  end
end
if suspect then
  if count_ours() == 0 then
    claim(suspect)
  end
  want = 0
end

-- What was asked after a control word begins when that is done with: "stop" never ends it, and
-- after "new" it belongs to the new conversation.
local function waits_for_a_word(id, lane)
  local word = redis.call('LINDEX', lane_key .. control_line(lane), 0)
  if not word then
    return false
  end
  local before = redis.call('HMGET', message_key .. word, 'number', 'accepted')
  local after = redis.call('HMGET', message_key .. id, 'number', 'accepted')
  if not before[2] or not after[2] then
    return false
  end
  local place = (before[1] ~= '' and after[1] ~= '') and 1 or 2
  return tonumber(before[place]) <= tonumber(after[place])
end

-- Where nothing looks, until settle.lua has done with the word.
local function hold_for_a_word(id, score)
  redis.call('HSET', message_key .. id, 'due', score)
  redis.call('ZADD', queue, far, id)
  held_back = held_back + 1
end

-- A control word that is due and has no place here waits in the index of its own alone, so that no
-- claim looks past it again. (NX: it has its time there, unless an older release put it here.)
local function leave_to_words(id, line, score)
  if redis.call('LINDEX', lane_key .. line, 0) == id then
    redis.call('ZADD', control_due, 'NX', score, id)
  end
  redis.call('ZADD', queue, far, id)
  held_back = held_back + 1
end

-- What runs is here too, and takes no place.
local most = want + redis.call('SCARD', running) + others_rows
local turns = 0
local left_over -- a lane that has to wait here, and need not elsewhere

-- Once for each head that waits for a home which has no room: it is to let go of the lane.
local function ask_for(home, lane, id)
  if redis.call('HGET', message_key .. id, 'asked_home') ~= home then
    redis.call('HSET', message_key .. id, 'asked_home', home)
    ask_to_let_go(wake, home, lane)
  end
end

-- There is no room here. A lane that is nobody's is left to whoever has some; of our own we let go at
-- once, as many as others have room for.
local room_elsewhere
local function pass_on(id, lane)
  if #all == 1 or is_control(lane) then
    return
  elseif living_home(of, lane) ~= name then
    left_over = left_over or lane
    return
  end
  room_elsewhere = room_elsewhere or room_of_others(wake, all, name)
  if room_elsewhere > 0 and not hold(id, lane) and not waits_for_a_word(id, lane) then
    room_elsewhere = room_elsewhere - 1
    ask_for(name, lane, id)
  end
end

local function look_at(id, score)
  local lane = redis.call('HGET', message_key .. id, 'lane') or ''
  if runs(id) or suspected[id] then
    return
  elseif turns >= want then
    pass_on(id, lane)
    return
  elseif is_control(lane) then
    leave_to_words(id, lane, score)
    return
  end
  local home = is_others(lane)
  if home then
    -- With its head start (enqueue.lua) it seems to have waited from before it came.
    local accepted = tonumber(redis.call('HGET', message_key .. id, 'accepted') or '')
    if tonumber(now) - math.max(tonumber(score), accepted or 0) >= tonumber(patience) then
      ask_for(home, lane, id)
    end
  elseif hold(id, lane) then
    return
  elseif waits_for_a_word(id, lane) then
    hold_for_a_word(id, score)
  else
    claim(id)
    turns = turns + 1
  end
end

local from, more = 0, want > 0 or #all > 1
while more do
  local due = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'WITHSCORES', 'LIMIT', from, most)
  local stayed = most + turns + held_back
  for place = 1, #due, 2 do
    look_at(due[place], due[place + 1])
  end
  from = from + stayed - turns - held_back
  more = #due == 2 * most
  if #all == 1 or turns >= want or from >= MOST_LOOKED then
    break
  end
end
if held_back > 0 and turns < want and more then
  wake_member(wake, name) -- what stands behind them was not looked at
end
local answer = all_claimed(want - turns)
if left_over then
  wake_up(wake, left_over)
end
return answer
