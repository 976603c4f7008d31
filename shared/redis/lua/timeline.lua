-- What happened to a message, kept with it as JSON objects with commas between them; the brackets
-- are the reader's (shared.operating.timeline). A message that is tried for ever fills nothing.
local MOST_BYTES = 8192

local function with_step(so_far, step)
  if step == '' or #so_far + #step >= MOST_BYTES then
    return so_far
  end
  return so_far == '' and step or so_far .. ',' .. step
end

local function note_step(message, step)
  local so_far = redis.call('HGET', message, 'timeline') or ''
  local whole = with_step(so_far, step)
  if whole ~= so_far then
    redis.call('HSET', message, 'timeline', whole)
  end
end

local function step(at_ms, what, name)
  return string.format('{"at_ms":%s,"what":"%s","name":"%s"}', at_ms, what, name)
end
