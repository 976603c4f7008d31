-- What is other members': lanes whose home is elsewhere; and when something is due for us. After
-- "homes"; `it`: what claim.lua knows.
local function note_due(it, at)
  it.next_due = math.min(it.next_due or at, at)
end

local function others_home(it, line)
  local whose = not it.is_only and only_for(it.of, line)
  return whose and whose ~= it.name and whose
end

-- Whether the turn that a word may be to stop runs here.
local function runs_its_turn(it, line)
  local head = redis.call('LINDEX', it.lane_key .. lane_of(line), 0)
  return it.runs[head] and redis.call('HGET', it.message_key .. head, 'by') == it.me
end

-- Once for each head that waits for a home which has no room: it is to let go of the lane.
local function ask_for(it, home, lane, id)
  local message = it.message_key .. id
  if redis.call('HGET', message, 'asked_home') ~= home then
    redis.call('HSET', message, 'asked_home', home)
    ask_to_let_go(it.wake, home, lane)
  end
end

local function wait_for(it, home, lane, id, score)
  -- With its head start (enqueue.lua) it seems to have waited from before it came.
  local accepted = tonumber(redis.call('HGET', it.message_key .. id, 'accepted') or '')
  local since = math.max(score, accepted or 0)
  if it.moment - since >= it.patience then
    ask_for(it, home, lane, id)
  end
  note_due(it, since + it.patience)
end

-- Something is due later: for us, as far as is known, or once its lane's home is to let go of it.
local function note_later(it, id, at)
  local line = it.is_only and '' or redis.call('HGET', it.message_key .. id, 'lane') or ''
  if not others_home(it, line) then
    note_due(it, at)
  elseif not is_control(line) then
    note_due(it, at + it.patience)
  end
end
