#!lua flags=allow-oom
-- Claim up to N lane heads whose time has come, longest-waiting lane first, and up to M control
-- words, which have places of their own: they never wait for a turn to end.
-- KEYS  queue, running, suspects, members, count of claims, control words due, paused, held lanes, wake
-- ARGV  me, N, M, now ms, lease ms, far future ms, prefixes of message and lane keys,
--       prefixes of arq's in-progress, job and retry keys, number of this process's first claim here
-- Gives a list of {job id, token, message hash as a flat list}; {} when we are no
-- member. With the token 0: a job that is no message of ours, and was dropped. With -1: a pause
-- holds its lane, which did not stand still before. The last is {'', -2, {how many lanes are held}}.
-- A token is the count of claims, for who reads it, and what makes it this claim's alone even where a
-- failover of Redis gives a count twice: who claims, and the number of the claim there.
-- What runs keeps as its score the time at which it was claimed.
-- (allow-oom: a turn ends in a settle, which frees memory; refused, a full Redis would stay full.)
--- @include "clock"
--- @include "members"
--- @include "lines"
--- @include "timeline"
--- @include "paused"
--- @include "wake"
local queue, running, suspects, members, claims, control_due, paused, held, wake = unpack(KEYS)
local me, want, words, now, lease_ms, far, message_key, lane_key, progress_key,
  job_key, retry_key, number = unpack(ARGV)
want, words = tonumber(want), tonumber(words)

if not is_member(members, me) then
  return {}
end

local function runs(id)
  return redis.call('SISMEMBER', running, id) == 1
end

local function is_due(id)
  local score = redis.call('ZSCORE', control_due, id) or redis.call('ZSCORE', queue, id)
  return score and tonumber(score) <= tonumber(now) and not runs(id)
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
    claimed[#claimed + 1] = {id, token, redis.call('HGETALL', message)}
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

local function all_claimed()
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
local most_words = words > 0 and words + #suspects_now or 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', control_due, '-inf', now, 'LIMIT', 0, most_words)) do
  if #claimed < words and not suspected[id] then
    claim(id)
  end
end

-- A suspect of a crash runs alone: were others beside it, they would be suspects next.
local suspect
for _, id in ipairs(suspects_now) do
  if runs(id) then
    return all_claimed()
  end
  local lane = redis.call('HGET', message_key .. id, 'lane') or ''
  if not suspect and is_due(id) and not hold(id, lane) then
    suspect = id
  end
end
if suspect then
  if redis.call('SCARD', running) == 0 then
    claim(suspect)
  end
  return all_claimed()
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
local most = want + redis.call('SCARD', running)
local turns = 0
local function look_at(id, score)
  local lane = redis.call('HGET', message_key .. id, 'lane') or ''
  if turns >= want or runs(id) then
    return
  elseif is_control(lane) then
    leave_to_words(id, lane, score)
  elseif hold(id, lane) then
    return
  elseif waits_for_a_word(id, lane) then
    hold_for_a_word(id, score)
  else
    claim(id)
    turns = turns + 1
  end
end

local due = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'WITHSCORES', 'LIMIT', 0, most)
for place = 1, #due, 2 do
  look_at(due[place], due[place + 1])
end
if held_back > 0 and turns < want and #due == 2 * most then
  wake_up(wake) -- what stands behind them was not looked at
end
return all_claimed()
