-- Every key of a deployment as of one moment, as DUMP gives it.
-- KEYS  none: it looks for them itself
-- ARGV  the tag in their names
-- Gives key, when it ends (ms since the epoch; 0: never), payload; and so on.
--- @include "clock"
local now, found, cursor = now_ms(), {}, '0'
repeat
    local page = redis.call('SCAN', cursor, 'MATCH', '*' .. ARGV[1] .. '*', 'COUNT', 1000)
    cursor = page[1]
    for _, key in ipairs(page[2]) do
        local left = redis.call('PTTL', key)
        found[#found + 1] = key
        found[#found + 1] = left > 0 and string.format('%.0f', now + left) or '0'
        found[#found + 1] = redis.call('DUMP', key)
    end
until cursor == '0'
return found
