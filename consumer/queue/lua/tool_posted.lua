#!lua flags=allow-oom
-- Record what a turn's tools have put into the room, with a new message there, under the message's
-- fencing token.
-- KEYS  message, the lane's last post by a tool
-- ARGV  token, all that tools of this turn have put there as JSON, id of the new message
-- Gives 1, or 0 when the token is another's.
--- @include "last_post"
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'by_tools', ARGV[2])
note_last_post(KEYS[2], ARGV[3])
return 1
