"""What a turn's tools do in the room: each act once, whatever becomes of the process meanwhile."""
