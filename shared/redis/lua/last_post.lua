-- The newest post that is known of a line, or of a lane's tools: what an attempt looks behind for a post
-- whose end nobody saw. After a week nobody looks.
local function note_last_post(key, message_id)
  local WEEK = 7 * 24 * 3600
  redis.call('SET', key, message_id, 'EX', WEEK)
end
