#!lua flags=allow-oom
-- Set going again what is marked as running here although nothing here runs it: a claim whose
-- answer was lost on the way. No crash, no failure.
-- KEYS  members, running, queue, wake, control words due
-- ARGV  me, prefix of message keys, prefix of arq's in-progress keys, job ids ...
-- Gives 1, or 0 when we are no member.
--- @include "clock"
--- @include "members"
--- @include "wake"
--- @include "lines"
if not is_member(KEYS[1], ARGV[1]) then
  return 0
end
for place = 4, #ARGV do
  local id = ARGV[place]
  local ours = redis.call('HGET', ARGV[2] .. id, 'by') == ARGV[1]
  if ours and redis.call('SREM', KEYS[2], id) == 1 then
    redis.call('HDEL', ARGV[2] .. id, 'token')
    redis.call('DEL', ARGV[3] .. id)
    local line = redis.call('HGET', ARGV[2] .. id, 'lane') or ''
    run_from(KEYS[3], KEYS[5], line, id, now_ms())
    wake_up(KEYS[4], line)
  end
end
return 1
