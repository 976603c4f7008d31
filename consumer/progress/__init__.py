"""Signs of life in the room while a turn runs; nothing here may ever cost the answer."""
