"""Signed global ids, by which a body mentions a user: read strictly, learnt, and made. Pure.

docs/campfire.md, "Mentions": base64url of `{"_rails":{"data":"gid://campfire/User/3?expires_in",
"pur":"attachable"}}`, `--`, and a signature that only Campfire can make and we cannot check.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from consumer.campfire.bodies.mentions import name_in
from consumer.campfire.bodies.tree import body_of
from shared.numbers import whole_number

ATTACHMENT = "action-text-attachment"
_DRAWN = "application/octet-stream"
"""The type that Campfire gives the attachment of a user whom it draws."""
GONE = "☒"
"""What Campfire draws for somebody who is not there (a90)."""
LONGEST_BODY, LONGEST_SGID = 100_000, 512
"""Characters; the loop stands still while a body is read. Campfire's own sgids have some 150."""
_SIGNED = re.compile(
    r"(?:(?:[A-Za-z0-9_-]{4})+(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?)"
    r"--[0-9a-f]{40,128}"
)
_USER = re.compile(r"gid://campfire/User/([0-9]{1,18})(?:\?[a-z_]*)?")


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody's signed id, as far as that can be seen, and the name drawn with it."""

    user_id: int
    sgid: str
    name: str


def readable_user_id(sgid: str) -> int | None:
    """Whom Campfire draws for it; None for all that Campfire may fail over, or draws nobody for."""
    data, _, signature = sgid.partition("--")
    if not signature or not sgid.isascii() or len(sgid) > LONGEST_SGID:
        return None
    try:
        record = json.loads(base64.b64decode(data, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    rails = record.get("_rails") if isinstance(record, dict) else None
    gid = (
        rails.get("data") if isinstance(rails, dict) and rails.get("pur") == "attachable" else None
    )
    match = _USER.fullmatch(gid) if isinstance(gid, str) else None
    return whole_number(match[1]) if match else None


def unsigned(user_id: int) -> str:
    """An sgid that Campfire can read and nobody signed: the person is drawn, and not told."""
    record = {"_rails": {"data": f"gid://campfire/User/{user_id}?expires_in", "pur": "attachable"}}
    packed = json.dumps(record, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode() + "--x"


def signed_by_campfire(html: str) -> Iterator[Signed]:
    """What the index or the answer to PATCH shows: in each attachment the person, signed anew.

    A `<p>` ends before them, so there they come next, behind the empty attachment (a86). Nothing
    else is Campfire's own word: the attachment's id stands as it was posted, and an element of a
    mention's class elsewhere may be anybody's (a84, a98).
    """
    left_behind: int | None = None
    for element in _all(html, f"{ATTACHMENT}, .mention"):
        sgid = element.attributes.get("sgid") or ""
        if element.tag == ATTACHMENT:
            drawn = element.attributes.get("content-type") == _DRAWN
            empty = drawn and not element.text(deep=True).strip()
            left_behind = readable_user_id(sgid) if empty else None
            yield from (s for d in element.css(".mention") for s in _signed_in(d))
        elif left_behind is not None:
            yield from (s for s in _signed_in(element) if s.user_id == left_behind)
            left_behind = None


def void_in(html: str) -> Iterator[str]:
    """The sgids in such a body for which Campfire found nobody."""
    for attachment in _all(html, ATTACHMENT):
        if attachment.text(deep=True).strip() == GONE:
            yield attachment.attributes.get("sgid") or ""


def signed_by_an_editor(html: str) -> Iterator[Signed]:
    """What a webhook's body holds: each mention as a person's editor wrote it (w64).

    Most likely Campfire's own, as editors are given them; but whoever wants to can post any.
    """
    for attachment in _all(html, ATTACHMENT):
        yield from _signed_in(attachment)


def _all(html: str, selector: str) -> list[LexborNode]:
    """The elements of a body that fit, in its order; none where nobody can be mentioned in it."""
    if ATTACHMENT not in html or len(html) > LONGEST_BODY:
        return []
    return body_of(html).css(selector)


def _signed_in(element: LexborNode) -> Iterator[Signed]:
    sgid, name = element.attributes.get("sgid") or "", name_in(element)
    user_id = readable_user_id(sgid) if _SIGNED.fullmatch(sgid) else None
    if user_id is not None and name:
        yield Signed(user_id, sgid, name)
