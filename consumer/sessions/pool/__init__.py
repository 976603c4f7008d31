"""The pool: which sessions are connected, which come next, and which have to go."""
