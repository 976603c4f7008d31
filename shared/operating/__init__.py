"""What operators see and do: bounded views of the queue, pauses, dead letters, and the acts.

Whoever shows something (the page, a command) reads it here; nothing costs more when more waits.
"""
