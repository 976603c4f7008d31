"""The right to a tool call: what the bot's file grants, and what a granted call may touch."""
