"""File names for lanes: readable, unique, and safe whatever a bot is called."""

import hashlib
import re

from shared.lane import Lane

LONGEST = 120
"""Bytes of a bot's part: file systems end at 255, and a suffix must fit."""
_UNSAFE = re.compile(rb"[^a-z0-9_-]")


def record_name(lane: Lane) -> str:
    """The seed's name: `session_{room}_{bot}.json`."""
    return f"session_{lane.room_id}_{safe(lane.bot_id)}.json"


def workspace_name(lane: Lane) -> str:
    """The name of the lane's working directory."""
    return f"{lane.room_id}_{safe(lane.bot_id)}"


def safe(text: str) -> str:
    """Lower-case letters, digits, - and _ as they are, every other byte as %XX.

    Capitals are escaped as well: some file systems do not tell them apart. A long name is cut
    and gets a digest, so two names never become one.
    """
    raw = text.encode("utf-8", "surrogatepass")
    escaped = _UNSAFE.sub(lambda found: b"%%%02X" % found[0][0], raw).decode("ascii")
    if len(escaped) <= LONGEST:
        return escaped
    digest = hashlib.sha256(raw).hexdigest()[:16]
    return f"{escaped[: LONGEST - 17]}~{digest}"
