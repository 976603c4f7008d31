"""The acts of a chat and all that follows them: events, jobs, notices, who is present."""
