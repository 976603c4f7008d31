#!lua
-- Record that a turn asks for a call of a tool, under its fencing token; what is asked for already,
-- and has no answer, keeps its number.
-- KEYS  message, the bot's count, its open requests, those of the lane, what is asked for there
-- ARGV  token, prefix of the bot's requests, digest of what is asked for, request as JSON,
--       ms until it expires, seconds for which it is kept then, how many may be open, how many of
--       one message
-- Gives the number; -1 when the token is another's, -2 when too many are open, -3 when this message
-- asks for too many.
--- @include "clock"
--- @include "close_request"
local message, count, open, lane_set, asked = unpack(KEYS)
local token, prefix, same, request, lasts, keep, most_open, most = unpack(ARGV)

if redis.call('HGET', message, 'token') ~= token then
  return -1
end
local now = now_ms()
local mine = cjson.decode(redis.call('HGET', message, 'asked') or '[]')

local function note(number)
  for _, known in ipairs(mine) do
    if known == tonumber(number) then
      return
    end
  end
  mine[#mine + 1] = tonumber(number)
  redis.call('HSET', message, 'asked', cjson.encode(mine))
end

local known = redis.call('HGET', asked, same)
if known then
  local found = redis.call('HMGET', prefix .. known, 'state', 'expires_ms')
  if found[1] == 'open' and tonumber(found[2]) > now then
    note(known)
    return tonumber(known)
  end
end
if redis.call('ZCARD', open) >= tonumber(most_open) then
  return -2
end
if #mine >= tonumber(most) then
  return -3
end
local number = redis.call('INCR', count)
local expires = now + lasts
local key = prefix .. number
redis.call('HSET', key, 'request', request, 'state', 'open', 'same', same, 'at_ms', now, 'expires_ms', expires)
-- Also for a bot whose file is gone, whose requests nobody looks after any more.
local at_most = math.ceil(lasts / 1000) + keep
redis.call('EXPIRE', key, at_most)
redis.call('ZADD', open, expires, number)
redis.call('SADD', lane_set, number)
redis.call('HSET', asked, same, number)
for _, name in ipairs({open, lane_set, asked}) do
  redis.call('EXPIRE', name, at_most, 'NX')
  redis.call('EXPIRE', name, at_most, 'GT')
end
note(number)
return number
