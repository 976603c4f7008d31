-- Let a held lane go on, unless a pause still holds it: in the order in which its head came. After
-- `promote` and `paused`.
-- Gives whether its head was set going.
local function release(lane, head, held, paused, queue, running, arrivals, now, far)
  if is_paused(paused, lane) then
    return false
  end
  redis.call('SREM', held, lane)
  local arrived = head and redis.call('ZSCORE', arrivals, head) or now
  return head and promote(queue, running, head, math.min(arrived, now), far)
end
