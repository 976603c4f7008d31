#!lua flags=allow-oom
-- Record one part of a reply as posted, under the message's fencing token.
-- KEYS  message, the lane's last post
-- ARGV  token, ids posted so far as JSON, id of this post, seconds to remember the last post
-- Gives 1, or 0 when the token is another's.
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'posted', ARGV[2], 'posting', 'false')
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
return 1
