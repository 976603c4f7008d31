"""What keeps the bots from answering, or will: looked at in nine groups, each with what mends it.

`examination` puts them together; `at_campfire`, `at_redis` and `on_the_way` ask, `groups` say what
is made of the answers; `told` is what the processes would be told, `listening` waits for a real
call, `printing` shows what was found. It changes nothing.
"""
