#!lua flags=allow-oom
-- Take one note of a lane away, or all of them, under the fencing token of who asked for it. How many
-- that were is recorded with the message: a second attempt at it gives the same.
-- KEYS  message, the lane's notes
-- ARGV  token, number of the note or '', whose notes alone may go: a person's id; '*': everybody's
-- Gives how many were taken away and how many stay because they are others', or -1 when the token is
-- another's.
local message, notes = unpack(KEYS)
local token, number, owner = unpack(ARGV)
if redis.call('HGET', message, 'token') ~= token then
  return {-1, 0}
end

-- What cannot be read is nobody's own.
local function is_theirs(note)
  local read, kept = pcall(cjson.decode, note)
  return read and type(kept) == 'table' and type(kept.user_id) == 'number'
    and string.format('%.0f', kept.user_id) == owner
end

local before = redis.call('HGET', message, 'forgotten')
local gone, others = 0, 0
for _, field in ipairs(number ~= '' and {number} or redis.call('HKEYS', notes)) do
  local note = field ~= 'next' and redis.call('HGET', notes, field)
  if note and owner ~= '*' and not is_theirs(note) then
    others = others + 1
  elseif note and not before then
    gone = gone + redis.call('HDEL', notes, field)
  end
end
redis.call('HSETNX', message, 'forgotten', gone)
return {tonumber(before or gone), others}
