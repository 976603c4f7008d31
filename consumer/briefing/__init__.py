"""The briefing: what the agent is told in a turn, of the room and of what is asked."""
