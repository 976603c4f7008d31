"""`python -m tests.faults.ingress`: the real ingress, with a bug put in where `FAULT_BUG` says."""

from ingress.__main__ import main as serve
from tests.faults.bugs import put_in


def main() -> None:
    """Serve as `python -m ingress` does."""
    put_in()
    serve()


if __name__ == "__main__":
    main()
