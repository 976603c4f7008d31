"""Stand-ins for the servers we talk to: Campfire and the Messages API. No code of ours in here."""
