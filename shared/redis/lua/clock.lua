-- The one clock of all processes: ms since the epoch. A script is one moment: asked for once.
local moment_ms
local function now_ms()
  if not moment_ms then
    local time = redis.call('TIME')
    moment_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return moment_ms
end
