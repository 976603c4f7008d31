-- A lane's messages wait in a line of the lane's name; its control words in one beside it.
local CONTROL = 'control:'

local function is_control(line)
  return line:sub(1, #CONTROL) == CONTROL
end

local function control_line(lane)
  return CONTROL .. lane
end

local function lane_of(line)
  return is_control(line) and line:sub(#CONTROL + 1) or line
end

-- From when on a line's head may run; a control word's is found beside the turns, by an index of its
-- own, and arq's queue may say that it is far away (claim.lua).
local function run_from(queue, control_due, line, id, at)
  redis.call('ZADD', queue, at, id)
  if is_control(line) then
    redis.call('ZADD', control_due, at, id)
  end
end
