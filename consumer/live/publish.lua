-- Append one batch of events to a lane's stream.
-- KEYS  members, events
-- ARGV  me, batch id, '1' when the batch may be there already, how many events to keep,
--       for how many seconds, then kind and event JSON of each
-- Gives 'written', 'known' (it was there), or 'fenced': we are no member.
--- @include "clock"
--- @include "members"
local members, events = unpack(KEYS)
local me, batch, again, keep_events, keep_seconds = unpack(ARGV, 1, 5)

if not is_member(members, me) then
  return 'fenced'
end
-- Only this consumer and the acceptance write here, so a batch lies near the end or nowhere.
if again == '1' then
  for _, entry in ipairs(redis.call('XREVRANGE', events, '+', '-', 'COUNT', 100)) do
    local fields = entry[2]
    if fields[5] == 'batch' and fields[6] == batch then
      return 'known'
    end
  end
end
for n = 6, #ARGV, 2 do
  redis.call('XADD', events, 'MAXLEN', '~', keep_events, '*',
    'kind', ARGV[n], 'event', ARGV[n + 1], 'batch', batch)
end
redis.call('EXPIRE', events, keep_seconds)
return 'written'
