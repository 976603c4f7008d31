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

-- The lane that a job id names (shared.keys.arq), also that of a control word; nil for none of ours.
local function lane_named_by(id)
  local bot, room = id:match('^{[^}]*}:([^:]*):([^:]*):')
  return bot and room .. ':' .. bot
end

-- The living homes of the lanes that these jobs name, by job id; `rows`: ids and scores by turns.
-- Of several members each passes by many of others': in one step, whatever their messages are.
local function homes_of(it, rows)
  local ids, lanes, found = {}, {}, {}
  for place = 1, #rows, 2 do
    local id = rows[place]
    local lane = not it.runs[id] and lane_named_by(id)
    if lane then
      ids[#ids + 1], lanes[#lanes + 1] = id, lane
    end
  end
  for place, home in ipairs(#ids > 0 and redis.call('HMGET', it.homes, unpack(lanes)) or {}) do
    found[ids[place]] = home and it.of.names[home] and home or nil
  end
  return found
end

-- Since when a head waits, if that is for longer than one waits for its home: with its head start
-- (enqueue.lua) it seems to have waited from before it came.
local function waits_since(it, id, score)
  if it.moment - score < it.patience then
    return score
  end
  return math.max(score, tonumber(redis.call('ZSCORE', fleet_name(it.wake, 'arrivals'), id) or 0))
end

-- Once for each head that waits for a home which has no room: it is to let go of the lane.
local function ask_for(it, home, lane, id)
  local message = it.message_key .. id
  if redis.call('HGET', message, 'asked_home') ~= home then
    redis.call('HSET', message, 'asked_home', home)
    ask_to_let_go(it.wake, home, lane)
  end
end

-- Whoever has room asks for a head that has waited too long; it is woken when the lane is let go.
local function wait_for(it, home, id, score)
  local since = waits_since(it, id, score)
  if it.moment - since < it.patience then
    return note_due(it, since + it.patience)
  end
  local line = line_of(it, id)
  if is_control(line) then
    leave_to_words(it, id, line, score)
  elseif line ~= '' then
    ask_for(it, home, line, id)
  end
end

-- Something is due later: for us, as far as is known, or once its lane's home is to let go of it.
local function note_later(it, home, at)
  note_due(it, home and home ~= it.name and at + it.patience or at)
end
