"""A stand-in Campfire: rooms, people, bots, webhooks and the bot API, by Rails' rules.

The rules and their sources are in `docs/campfire.md`; contract tests hold it to recordings.
"""
