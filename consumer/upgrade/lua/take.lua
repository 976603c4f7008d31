#!lua flags=allow-oom
-- Put messages that were carried over into their line of today, in order, with their place in arq's
-- queue.
-- KEYS  old line, new line, old arq queue, new arq queue, lanes, wake
-- ARGV  the line, then of each message its old and its new job id
-- Gives nothing.
--- @include "wake"
local old, line, old_queue, queue, lanes, wake = unpack(KEYS)
for place = 2, #ARGV, 2 do
  local before, id = ARGV[place], ARGV[place + 1]
  if redis.call('LREM', old, 1, before) == 1 then
    redis.call('RPUSH', line, id)
    redis.call('SADD', lanes, ARGV[1])
    local score = redis.call('ZSCORE', old_queue, before)
    if score then
      redis.call('ZADD', queue, score, id)
      redis.call('ZREM', old_queue, before)
    end
  end
end
wake_up(wake, ARGV[1])
