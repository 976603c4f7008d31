"""`python -m tests.faults.ingress`: the real ingress, with a bug put in where `FAULT_BUG` says."""

import errno
import os

from ingress.__main__ import main as serve
from tests.faults.bugs import put_in


def main() -> None:
    """Serve as `python -m ingress` does."""
    put_in()
    if os.environ.get("FAULT_DISK") == "full":
        setattr(os, "fsync", _no_space)  # noqa: B010 - mypy: a function
    serve()


def _no_space(_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


if __name__ == "__main__":
    main()
