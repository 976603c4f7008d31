"""From Campfire's HTTP answers to values and errors. Pure; no URL or key in any of them."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireFailed,
    CampfireUnavailable,
    CampfireUnclear,
    NotInRoom,
    NotYours,
    Redirected,
)
from shared.errors import CampfireError
from shared.numbers import whole_number

SIGN_IN = "/session/new"
"""Where Rails sends who has a bad key."""
_NEXT = re.compile(r"[?&](before|after)=([0-9]+)[^>]*>;\s*rel=\"?next")

T = TypeVar("T")


def expect(response: CampfireAnswer, *statuses: int) -> CampfireAnswer:
    """The answer, when it has one of these statuses; raises a CampfireError for any other."""
    if response.status_code in statuses:
        return response
    raise refusal(response)


def refusal(response: CampfireAnswer) -> CampfireError:
    """What an answer means that is not a yes; its text is the status alone."""
    status = response.status_code
    if is_refused(response):
        return BadKey(str(status))
    if 300 <= status < 400:
        return Redirected(str(status))
    if status == 500:
        # Rails fails after it stored too, when its broadcast does; over a broken picture, always.
        return CampfireFailed(str(status))
    if status in (502, 504):
        # A proxy's word: what lies behind may have stored it.
        return CampfireUnclear(str(status))
    if status == 429 or status >= 500:
        return CampfireUnavailable(str(status), _retry_after(response))
    return _REFUSALS.get(status, BadPost)(str(status))


def is_refused(response: CampfireAnswer) -> bool:
    """Whether it is the key that is not accepted."""
    return response.status_code == 401 or is_sign_in(response)


def is_sign_in(response: CampfireAnswer) -> bool:
    """Whether Rails asks for a sign-in: it does not know the key."""
    location = response.headers.get("Location", "")
    return response.status_code == 302 and (not location or location.endswith(SIGN_IN))


def new_id(response: CampfireAnswer) -> str:
    """The id of what a POST made.

    Rails: http://host/messages/ID, a look-alike: …/rooms/R/messages/ID; the id ends both.
    Raises CampfireUnclear when there is none: something was stored all the same.
    """
    location: str = response.headers.get("Location", "")
    made = location.rstrip("/").rpartition("/")[2]
    if whole_number(made) is None:
        raise CampfireUnclear("no id in the answer")
    return made


def read(response: CampfireAnswer, reader: Callable[[Any], T]) -> T:
    """What `reader` makes of the answer's JSON; raises CampfireUnavailable when it cannot."""
    found, problem = None, ""
    try:
        found = reader(response.json())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Not raised from here: a decoding error carries the text it could not read.
        problem = type(error).__name__
    if found is None:
        raise CampfireUnavailable(f"unreadable answer: {problem}")
    return found


def next_page(response: CampfireAnswer) -> dict[str, int]:
    """`before` or `after` of the next page, from the Link header, whose URL holds the key."""
    match = _NEXT.search(response.headers.get("Link", ""))
    number = whole_number(match.group(2)) if match else None
    return {match.group(1): number} if match and number is not None else {}


def total_count(response: CampfireAnswer) -> int:
    """How many messages the room has; 0 when the header is missing (a look-alike's 204)."""
    return whole_number(response.headers.get("X-Total-Count")) or 0


_REFUSALS: dict[int, type[CampfireError]] = {403: NotYours, 404: NotInRoom}


def _retry_after(response: CampfireAnswer) -> float | None:
    return whole_number(response.headers.get("Retry-After"))
