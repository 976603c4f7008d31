--- @include "stream"
-- A lane that was idle goes before those that have just had a turn and want the next: by so much, and
-- no more, so that whoever floods waits no longer than that for whoever asks now and then.
local HEAD_START_MS = 60 * 1000

-- Put a message into its line: at its place, and in arq's queue a score: now, less the head start,
-- where the line was idle, else far in the future. Needs "wake", "lines", "clock" and "insert_by_number".
-- Where somebody takes it at once (`taker`) it is handed over instead (hand_over.lua).
-- `it`: names in Redis (message_key, lane, queue, lanes, control_due, wake) and values (id, line,
-- now, far), and goes_before. `arrivals`: where it is noted when messages came, by Redis' clock; not
-- of control words. `length`: how many are in the line, where that is known. `begins_at`: when it
-- may begin at the earliest, where that is later; `gives_way`, `take_place_of`: of what comes late
-- (accept/late.lua).
local function stand_in_line(it)
  if not is_control(it.line) then
    redis.call('ZADD', it.arrivals, now_ms(), it.id)
  end
  local place, overtaken = insert_by_number(it.lane, it.message_key, it.id, it.goes_before,
    it.length, it.gives_way)
  if place == 0 then
    redis.call('SADD', it.lanes, it.line) -- behind others it is there
  end
  if overtaken then
    it.take_place_of(it, overtaken)
  elseif place > 0 then
    redis.call('ZADD', it.queue, it.far + (it.begins_at or 0), it.id)
  elseif it.taker then
    it.hand_over(it)
  else
    -- (A clock that is ahead, of whoever took it, makes nothing wait.)
    local due = math.min(it.now, now_ms())
    local from = is_control(it.line) and due or due - HEAD_START_MS
    run_from(it.queue, it.control_due, it.line, it.id, it.begins_at or from)
    wake_up(it.wake, it.line)
  end
end

-- The same of a new message: with its hash, arq's job, and a word of it to who watches the lane.
-- `it`: beside those names (message, job, events) and values (body, number, person, ticket, event),
-- and the marks of its claim where it has a taker. `keeps_stream`: the stream of events has long to
-- go yet, which settle.lua knows by `streamed`.
local function enqueue(it)
  local arrived = now_ms()
  redis.call('HSET', it.message, 'lane', it.line, 'body', it.body, 'number', it.number, 'accepted',
    it.now, 'arrived', arrived, 'streamed', arrived, 'person', it.person, unpack(it.marks or {}))
  redis.call('SET', it.job, it.ticket)
  stand_in_line(it)
  append_event(it.events, 'queued', it.event)
  if not it.keeps_stream then
    keep_stream(it.events)
  end
end
