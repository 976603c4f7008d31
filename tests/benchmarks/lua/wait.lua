-- Have a message wait in its line, as one that was accepted does.
-- KEYS, ARGV  as shared.acceptance.waiting gives them
-- Gives nothing.
--- @include "clock"
--- @include "wake"
--- @include "lines"
--- @include "insert_by_number"
--- @include "enqueue"
--- @include "enqueue_own"
enqueue_own(KEYS, ARGV, '')
