#!lua flags=allow-oom
-- Claim up to N lane heads whose time has come, longest-waiting lane first (one that was idle has a
-- head start: enqueue.lua), and up to M control words, which have places of their own: they never
-- wait for a turn to end.
-- KEYS  queue, running, suspects, members, count of claims, control words due, paused, held lanes,
--       wake
-- ARGV  me, N, M, lease ms, far future ms, prefixes of message and lane keys,
--       prefixes of arq's in-progress, job and retry keys, number of this process's first claim
--       here, '1' when lanes have homes, ms that a head waits for its lane's home before that is to
--       let go, '1' when we drain: then nothing but words to what runs here, how many messages we
--       have taken that were handed to us (hand_over.lua), '' where we take none
-- Gives a list of {job id, token, message hash (marking.lua), arq's ticket, whether others stand
-- behind it (1, 0), the home that its lane had before}; {} when we are no member: who is one is woken
-- then. With the token 0: a job that is no message of ours, and was dropped. With -1: a pause holds
-- its lane, which did not stand still before. The last is {'', -2, {how many lanes are held, ms at
-- which the next one is due: past where it waits for what runs here, '' for never}}.
-- A token is the count of claims, for who reads it, and what makes it this claim's alone even where
-- a failover of Redis gives a count twice: who claims, and the number of the claim there.
-- A lane with a living home is claimed by that alone, and who claims a turn, or a control word,
-- becomes its home: one client is open of a conversation, one turn of it runs, and what a word is to
-- stop or to forget begins nowhere else meanwhile.
-- What runs keeps as its score the time at which it was claimed.
-- (allow-oom: a turn ends in a settle, which frees memory; refused, a full Redis would stay full.)
--- @include "homes"
--- @include "timeline"
--- @include "paused"
--- @include "wake"
--- @include "claim/marking"
--- @include "claim/holding"
--- @include "claim/others"
--- @include "claim/suspects"
--- @include "offers"
local queue, running_ids, suspect_ids, members, claims, control_due, paused, held, wake = unpack(KEYS)
local me, want, words_wanted, lease_ms, far, message_key, lane_key, progress_key, job_key, retry_key,
  number, has_homes, patience, drains, taken = unpack(ARGV)
local all = living(members)
-- (In one go: a table that grows is moved each time.)
local it = {claimed = {}, runs = {}, hashes = {}, known = {}, held_back = 0,
  queue = queue, running = running_ids, suspects = suspect_ids, claims = claims,
  control_due = control_due, paused = paused, held = held, wake = wake, me = me,
  want = tonumber(want), words = tonumber(words_wanted), lease_ms = lease_ms, far = far,
  message_key = message_key, lane_key = lane_key, progress_key = progress_key, job_key = job_key,
  retry_key = retry_key, number = number, has_homes = has_homes == '1',
  patience = tonumber(patience), drains = drains == '1', name = name_of(me), moment = now_ms(),
  now = string.format('%.0f', now_ms()), of = fleet(wake, all), is_only = #all == 1,
  homes = fleet_name(wake, 'homes'), is_any_paused = false, has_no_words = false, next_due = false}
if not it.of.processes[me] then
  wake_all(wake) -- what woke us, who stood still maybe, was for our successor
  return {}
end
-- Of several members each looks past what is the others', page by page while it has room.
local OTHERS, MOST_LOOKED = it.is_only and 0 or 500, 2500

-- What is seldom there is asked for together: where there is none of it, nothing more is asked.
local is_quiet = redis.call('EXISTS', it.paused, it.held, it.suspects, it.control_due) == 0
it.is_any_paused = not is_quiet and redis.call('EXISTS', it.paused) == 1

-- What was handed to us and is on its way has a place already. What would have had that is looked for
-- again soon: nobody tells when it is free.
local handed, upto, who_offers = 0, WITHDRAWN, nil
if taken ~= '' and it.is_only then
  handed, upto, who_offers = offer(it.wake)
  if handed > tonumber(taken) then
    it.want = math.max(0, it.want - (handed - tonumber(taken)))
    note_due(it, it.moment)
  end
end

-- `room`: for how many more turns, as who is to be woken next needs to know.
local function all_claimed(room)
  if not it.is_only then
    redis.call('HSET', fleet_name(it.wake, 'places'), it.name, room)
  elseif upto ~= WITHDRAWN and (upto ~= handed + room or who_offers ~= it.me) then
    redis.call('HSET', fleet_name(it.wake, 'offers'), 'me', it.me, 'handed', handed,
      'upto', handed + room)
  end
  local standing = is_quiet and 0 or redis.call('SCARD', it.held)
  local due = it.next_due and string.format('%.0f', it.next_due) or ''
  it.claimed[#it.claimed + 1] = {'', -2, {tostring(standing), due, it.now}}
  return it.claimed
end

if is_quiet and it.is_only and it.want == 0 then
  return all_claimed(0)
end

local running = redis.call('SMEMBERS', it.running)
for _, id in ipairs(running) do
  it.runs[id] = true
end
it.has_no_words = is_quiet and #running == 0
local passed_by = {}
local suspects = is_quiet and {} or redis.call('LRANGE', it.suspects, 0, -1)
for _, id in ipairs(suspects) do
  passed_by[id] = true
end

-- Control words first, beside whatever runs: "stop" has to reach a suspect too. One that is a
-- suspect itself runs alone below, like any other.
local words = is_quiet and {}
  or redis.call('ZRANGE', it.control_due, 0, it.words + #suspects + OTHERS, 'WITHSCORES')
for place = 1, #words, 2 do
  local id, at = words[place], tonumber(words[place + 1])
  local line = line_of(it, id)
  local is_ours = not others_home(it, line) and (not it.drains or runs_its_turn(it, line))
  if is_ours and not it.runs[id] and not passed_by[id] then
    if at > it.moment or #it.claimed >= it.words then
      note_due(it, at)
      break
    end
    claim(it, id, line)
  elseif not is_ours then
    passed_by[id] = true
  end
end
if it.drains then
  return all_claimed(0)
end

local suspect, suspects_line, runs_alone
for _, id in ipairs(suspects) do
  local line = line_of(it, id)
  if it.runs[id] then
    if is_ours(it, id) then
      it.want, suspect, runs_alone = 0, nil, true
      note_due(it, it.moment)
      break
    end
  elseif not suspect and is_due(it, id) and is_for_us(it, id, others_home(it, line))
    and not hold(it, id, line) then
    suspect, suspects_line = id, line
  end
end
if suspect then
  if not runs_any(it) then
    claim(it, suspect, suspects_line)
  end
  it.want, runs_alone = 0, true
  note_due(it, it.moment)
end

local turns = 0
local left_over -- a lane that has to wait here, and need not elsewhere
local room_elsewhere

-- There is no room here. A lane that is nobody's is left to whoever has some; of our own, whose
-- conversations are open here, we let go what has waited for some time (beside a suspect, which may
-- take long, at once), as many as others have room for.
local function pass_on(id, score, home)
  local is_ours, waits_long = home == it.name, runs_alone
  if it.is_only or home and not is_ours or not home and left_over then
    return
  end
  waits_long = waits_long or not is_ours or it.moment - waits_since(it, id, score) >= it.patience
  local lane = waits_long and line_of(it, id)
  if not lane or is_control(lane) then
    return
  elseif not is_ours then
    left_over = lane
    return
  end
  room_elsewhere = room_elsewhere or room_of_others(it.wake, all, it.name)
  if room_elsewhere > 0 and not hold(it, id, lane) and not waits_for_a_word(it, id, lane) then
    room_elsewhere = room_elsewhere - 1
    ask_for(it, it.name, lane, id)
  end
end

local function look_at(id, score, home)
  if turns >= it.want then
    return pass_on(id, score, home)
  elseif home and home ~= it.name then
    return wait_for(it, home, id, score)
  end
  local lane = line_of(it, id)
  if is_control(lane) then
    if leave_to_words(it, id, lane, score) and not others_home(it, lane) then
      note_due(it, score)
    end
  elseif hold(it, id, lane) then
    return
  elseif waits_for_a_word(it, id, lane) then
    hold_for_a_word(it, id, score)
  else
    claim(it, id, lane)
    turns = turns + 1
  end
end

-- What runs is here too, and takes no place; behind what is due stands what will be.
local most, LATER = it.want + #running + OTHERS + 1, 50
local from, later, more = 0, 0, it.want > 0 or not it.is_only
while more do
  local rows = redis.call('ZRANGEBYSCORE', it.queue, '-inf', '(' .. it.far, 'WITHSCORES',
    'LIMIT', from, most)
  local stayed = most + turns + it.held_back
  local homes = it.is_only and {} or homes_of(it, rows)
  more = #rows == 2 * most
  for place = 1, #rows, 2 do
    local id, score = rows[place], tonumber(rows[place + 1])
    if score > it.moment then
      more = false
      if later == LATER or it.next_due and score >= it.next_due then
        break
      elseif not it.runs[id] then
        note_later(it, homes[id], score)
      end
      later = later + 1
    elseif not it.runs[id] and not passed_by[id] then
      look_at(id, score, homes[id])
    end
  end
  from = from + stayed - turns - it.held_back
  if it.is_only or turns >= it.want or from >= MOST_LOOKED then
    break
  end
end
if it.held_back > 0 and turns < it.want and more then
  wake_member(it.wake, it.name) -- what stands behind them was not looked at
end
local answer = all_claimed(it.want - turns)
if left_over then
  wake_up(it.wake, left_over)
end
return answer
