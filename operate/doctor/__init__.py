"""What keeps the bots from answering, or will: looked at in nine groups, each with what mends it.

`examination` looks, `groups` are what is looked at, `told` what the processes would be told,
`printing` shows what was found. It changes nothing.
"""
