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

-- A line that holds a message is in the set of lines, and in the control words' one when it is theirs.
local function note_line(lines, control_lines, line)
  redis.call('SADD', lines, line)
  if is_control(line) then
    redis.call('SADD', control_lines, line)
  end
end

local function drop_line(lines, control_lines, line)
  redis.call('SREM', lines, line)
  redis.call('SREM', control_lines, line)
end
