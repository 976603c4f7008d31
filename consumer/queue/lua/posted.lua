#!lua flags=allow-oom
-- Record one part of a reply as posted, under the message's fencing token.
-- KEYS  message, the lane's last post
-- ARGV  token, ids posted so far as JSON, id of this post
-- Gives 1, or 0 when the token is another's.
--- @include "last_post"
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'posted', ARGV[2], 'posting', 'false')
note_last_post(KEYS[2], ARGV[3])
return 1
