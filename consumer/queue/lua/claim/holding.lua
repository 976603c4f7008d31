-- What is due and may not begin: put where nothing looks, or into an index of its own, so that no
-- claim looks past it again. After "timeline", "lines" and "paused"; `it`: what claim.lua knows.

-- Under a pause, until release.lua lets its lane go on. Whether it is.
local function hold(it, id, lane)
  if not it.is_any_paused or lane == '' or is_control(lane) or not is_paused(it.paused, lane) then
    return false
  end
  redis.call('ZADD', it.queue, it.far, id)
  it.held_back = it.held_back + 1
  if redis.call('LINDEX', it.lane_key .. lane, 0) == id then
    note_step(it.message_key .. id, step(it.now, 'held', ''))
    if redis.call('SADD', it.held, lane) == 1 then
      it.claimed[#it.claimed + 1] = {id, -1, {}}
    end
  end
  return true
end

-- What was asked after a control word begins when that is done with: "stop" never ends it, and
-- after "new" it belongs to the new conversation. A word that is not done with is due, or runs.
local function waits_for_a_word(it, id, lane)
  local word = not it.has_no_words
    and redis.call('LINDEX', it.lane_key .. control_line(lane), 0)
  if not word then
    return false
  end
  local before = redis.call('HMGET', it.message_key .. word, 'number', 'accepted')
  local after = redis.call('HMGET', it.message_key .. id, 'number', 'accepted')
  if not before[2] or not after[2] then
    return false
  end
  local place = (before[1] ~= '' and after[1] ~= '') and 1 or 2
  return tonumber(before[place]) <= tonumber(after[place])
end

-- Until settle.lua has done with the word.
local function hold_for_a_word(it, id, score)
  redis.call('HSET', it.message_key .. id, 'due', score)
  redis.call('ZADD', it.queue, it.far, id)
  it.held_back = it.held_back + 1
end

-- A control word that is due and has no place here. (NX: it has its time there, unless an older
-- release put it here.) Whether it is the next of its line.
local function leave_to_words(it, id, line, score)
  local is_next = redis.call('LINDEX', it.lane_key .. line, 0) == id
  if is_next then
    redis.call('ZADD', it.control_due, 'NX', score, id)
  end
  redis.call('ZADD', it.queue, it.far, id)
  it.held_back, it.has_no_words = it.held_back + 1, false
  return is_next
end
