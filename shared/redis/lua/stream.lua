-- A lane's stream of events: what happens to its messages, for whoever watches it. It is bounded, and
-- gone when nothing has happened for an hour; two minutes sooner where what was written last did not
-- need to say so again (accept.lua, settle.lua).
local KEEP_EVENTS, KEEP_SECONDS = 1000, 3600

local function append_event(stream, kind, event, ...)
  redis.call('XADD', stream, 'MAXLEN', '~', KEEP_EVENTS, '*', 'kind', kind, 'event', event, ...)
end

local function keep_stream(stream)
  redis.call('EXPIRE', stream, KEEP_SECONDS)
end

-- Append the events of one batch: kind and JSON of each by turns, in ARGV from `first` to `last`. Its
-- id stands with each, so that whoever sends it twice finds it.
local function append_batch(stream, batch, first, last)
  for n = first, last, 2 do
    append_event(stream, ARGV[n], ARGV[n + 1], 'batch', batch)
  end
end
