"""Which event it is: the same one twice is one. Pure.

What a sender calls an event counts where nobody else can have changed it: beside a shown secret,
and in our signature, but not beside GitHub's, which covers the body alone.
"""

import hashlib
import re
from collections.abc import Mapping

from ingress.outside.proof import EVENT_ID, SIGNATURE, Proof
from shared.errors import Malformed

WITHIN_S = 600
"""The same body without an id is the same event for so long: twice as long as a signature of ours
can be used again."""
_ID = re.compile(r"[\x21-\x7e]{1,200}")


def named(headers: Mapping[str, str], body: bytes, how: Proof, room_id: int) -> str | None:
    """The id of an event that has a name of its own, the same each time; None: it has none.

    Raises Malformed.
    """
    if how == "signed by github":
        return _id("body", room_id, body)
    given = headers.get(EVENT_ID)
    if given is None:
        return None
    if not _ID.fullmatch(given):
        raise Malformed("an id is 1 to 200 visible ASCII characters")
    if how == "signed" and "." in given:
        # Dots part what is signed: a listener could move the beginning of the body into the id.
        raise Malformed("an id that is signed holds no dot")
    return _id("id", room_id, given.encode())


def digest(body: bytes, room_id: int) -> str:
    """What two bodies for one room have in common that are the same."""
    return _digest("body", room_id, body)


def unnamed(headers: Mapping[str, str], body: bytes, room_id: int, now_s: float) -> str:
    """The id of one without a name, where nobody remembers: a signature comes once, the same body
    once within each stretch of time."""
    stretch = f"{headers.get(SIGNATURE) or int(now_s // WITHIN_S)}."
    return _id("unnamed", room_id, stretch.encode() + body)


def _id(kind: str, room_id: int, of: bytes) -> str:
    """Not a number: in the room there is no such message."""
    return f"event-{_digest(kind, room_id, of)}"


def _digest(kind: str, room_id: int, of: bytes) -> str:
    return hashlib.sha256(f"{kind}.{room_id}.".encode() + of).hexdigest()[:32]
