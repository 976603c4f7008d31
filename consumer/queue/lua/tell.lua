#!lua flags=allow-oom
-- Note that somebody in this lane is told something, unless they were or the lane is empty by now:
-- settle.lua takes the note away with the lane's last message, and nothing would after it.
-- KEYS  lane list, who was notified
-- ARGV  who and what, as one word
-- Gives 1 when it is to be told now.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
return redis.call('SADD', KEYS[2], ARGV[1])
