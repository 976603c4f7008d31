"""The child: reads one file from standard input, tells what it is, ends.

    python -m consumer.posted_files.child KIND CPU_SECONDS MEMORY_MB

Tells a line of JSON and, behind it, a picture's bytes or a text.
"""

import json
import os
import resource
import signal
import sys

from consumer.documents.limits import limit_this_process
from consumer.posted_files.kinds import PICTURE

MOST_CHARACTERS = 2_000_000
WHY = {
    "large": "It is too big to open.",
    "long": "There is too much text in it to open.",
    "empty": "There is no text in it: it may be scanned.",
    "protected": "It wants a password.",
    "slow": "It could not be opened: that takes too long.",
    "memory": "It could not be opened: that takes too much memory.",
}
"""For a model; by the names of documents' troubles."""
DAMAGED = "It could not be opened: it is damaged, or not what its name says."


def main() -> None:
    """Tell of the file."""
    kind, cpu_seconds, memory_mb = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    signal.alarm(120)  # a parent that was killed ends nobody, without a cage
    data = sys.stdin.buffer.read()
    head, rest = told(data, kind, cpu_seconds=cpu_seconds, memory_mb=memory_mb)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + rest)
    sys.stdout.flush()
    os._exit(0)


def told(
    data: bytes, kind: str, *, cpu_seconds: int, memory_mb: int
) -> tuple[dict[str, str], bytes]:
    """What to say of it, and what goes behind that."""
    if kind == PICTURE:
        limit_this_process(memory_mb, (resource.RLIMIT_CPU, cpu_seconds))
        return _picture(data)
    return _document(data, kind, cpu_seconds, memory_mb)


def _picture(data: bytes) -> tuple[dict[str, str], bytes]:
    from consumer.posted_files.pictures import NoPicture, small

    try:
        media_type, picture = small(data)
    except NoPicture as error:
        return {"trouble": str(error)}, b""
    except MemoryError:
        return {"trouble": WHY["memory"]}, b""
    return {"media_type": media_type}, picture


def _document(
    data: bytes, kind: str, cpu_seconds: int, memory_mb: int
) -> tuple[dict[str, str], bytes]:
    from consumer.documents.bounded import Bounds, convert
    from consumer.documents.section import BETWEEN, Unreadable

    bounds = Bounds(file_mb=100, memory_mb=memory_mb, cpu_seconds=cpu_seconds)
    try:
        sections = convert(data, kind, bounds)
    except Unreadable as error:
        return {"trouble": WHY.get(error.trouble, DAMAGED)}, b""
    parts = [
        f"[{BETWEEN.join(each.headings)}]\n{each.text}" if each.headings else each.text
        for each in sections
    ]
    text = "\n\n".join(parts)
    head = {"cut": "yes"} if len(text) > MOST_CHARACTERS else {}
    return head, text[:MOST_CHARACTERS].encode(errors="replace")


if __name__ == "__main__":
    main()
