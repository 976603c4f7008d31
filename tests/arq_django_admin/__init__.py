"""arq-django-admin, in an environment of its own: `.dashboard`, of what requirements.txt locks.

`.ci/dashboard` makes it, for `make test` and `make dashboard`; `pages.py` runs there, beside none
of our code.
"""
