-- Append one batch of events to a lane's stream.
-- KEYS  members, events
-- ARGV  me, batch id, '1' when the batch may be there already, then kind and event JSON of each
-- Gives 'written', 'known' (it was there), or 'fenced': we are no member.
--- @include "clock"
--- @include "members"
--- @include "stream"
local members, events = unpack(KEYS)
local me, batch, again = unpack(ARGV, 1, 3)

if not is_member(members, me) then
  return 'fenced'
end
-- Only consumers and the acceptance write here, so a batch lies near the end or nowhere.
if again == '1' then
  for _, entry in ipairs(redis.call('XREVRANGE', events, '+', '-', 'COUNT', 100)) do
    local fields = entry[2]
    if fields[5] == 'batch' and fields[6] == batch then
      return 'known'
    end
  end
end
append_batch(events, batch, 4, #ARGV)
keep_stream(events)
return 'written'
