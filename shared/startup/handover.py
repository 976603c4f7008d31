"""Secrets from one process to the next by an inherited descriptor: in no environment, no argument.

What a process is started with stays readable in `/proc/<pid>/environ` for as long as it lives,
whatever it deletes from its own copy (Linux's proc(5)).
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from shared.errors import ConfigurationError
from shared.secret_names import secrets_of

VARIABLE = "CAMPFIRE_SECRETS_FD"
"""Names the descriptor, which holds a JSON object: variable to value."""


@contextmanager
def offered(environment: Mapping[str, str]) -> Iterator[tuple[dict[str, str], int]]:
    """`environment` without its secrets, and the descriptor that holds them, to be passed on.

    It is closed when the block ends, once a child has inherited it.
    """
    secrets = secrets_of(environment)
    descriptor = _nameless_file()
    try:
        with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as file:
            json.dump({name.upper(): value for name, value in secrets.items()}, file)
        rest = {name: value for name, value in environment.items() if name not in secrets}
        yield {**rest, VARIABLE: str(descriptor)}, descriptor
    finally:
        os.close(descriptor)


@cache
def handed() -> Mapping[str, str]:
    """What this process was handed, read once; the descriptor and its variable are gone then.

    Raises ConfigurationError when somebody between closed the descriptor.
    """
    number = os.environ.pop(VARIABLE, "")
    if not number:
        return {}
    try:
        secrets = json.loads(_whole(int(number)))
    except (OSError, ValueError) as error:
        problem = f"{VARIABLE}: nothing can be read from descriptor {number}, was it closed by"
        raise ConfigurationError([f"{problem} what starts us (sudo does)?"]) from error
    return {str(name): str(value) for name, value in secrets.items()}


def _whole(descriptor: int) -> bytes:
    # Not `read`: a shell's second command reads the same open file from its beginning too.
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    os.close(descriptor)
    return content


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("secrets")
    with tempfile.TemporaryFile() as file:  # macOS
        return os.dup(file.fileno())
