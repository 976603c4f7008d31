"""Secrets from one process to the next by an inherited descriptor: in no environment, no argument.

What a process is started with stays readable in `/proc/<pid>/environ` for as long as it lives,
whatever it deletes from its own copy (Linux's proc(5)).
"""

import json
import os
import tempfile
from collections.abc import Mapping
from functools import cache

VARIABLE = "CAMPFIRE_SECRETS_FD"
"""Names the descriptor, which holds a JSON object: variable to value."""


def offer(secrets: Mapping[str, str]) -> int:
    """A descriptor without a name in any folder, for a child to inherit: to be closed once it has.

    Pass it on (`pass_fds`), and its number in `VARIABLE`.
    """
    descriptor = _nameless_file()
    os.write(descriptor, json.dumps(dict(secrets)).encode())
    os.set_inheritable(descriptor, True)
    return descriptor


@cache
def handed() -> Mapping[str, str]:
    """What this process was handed, read once; the descriptor and its variable are gone then."""
    number = os.environ.pop(VARIABLE, "")
    if not number:
        return {}
    descriptor = int(number)
    # Not `read`: a shell's second command reads the same open file from its beginning too.
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    os.close(descriptor)
    return {str(name): str(value) for name, value in json.loads(content).items()}


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("secrets")
    with tempfile.TemporaryFile() as file:  # macOS
        return os.dup(file.fileno())
