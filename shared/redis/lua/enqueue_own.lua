-- Put a message of the service's own at the end of its line. After "enqueue" and what that needs.
-- `names`, `values`: as shared.acceptance.waiting gives them; `person`: whose message it is, or '';
-- `now`: ms from which it waits, where that is not its own time.
local function enqueue_own(names, values, person, now)
  local message, list, arq_job, queue, lanes, control_due, events, wake, arrivals = unpack(names)
  local id, line, body, ticket, event, at, far, message_key = unpack(values)
  enqueue({message = message, message_key = message_key, lane = list, job = arq_job, queue = queue,
    lanes = lanes, control_due = control_due, events = events, wake = wake,
    arrivals = arrivals, id = id, line = line, body = body, number = '', person = person,
    ticket = ticket, event = event, now = now or at, far = far,
    goes_before = function() return false end})
end
