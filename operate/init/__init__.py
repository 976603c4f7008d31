"""The first set-up: asks, tries what it is told, writes three files, sees the bot answer.

`answers` is what has to be known, `asking` where it comes from, `trying` whether it is right,
`writing` the files, `first_call` the wait for Campfire.
"""
