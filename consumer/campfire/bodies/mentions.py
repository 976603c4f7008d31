"""Whom a message mentions, in every form in which Campfire writes a mention. Pure.

docs/campfire.md, "Mentions": `<action-text-attachment sgid="S">`, where S names the user; rendered,
the person is drawn in it or, where it stood in a `<p>`, behind it (a83, a86). A name that was only
typed (`@Assistant` as text, w04) calls no bot, and is no mention here either.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from consumer.campfire.bodies.tree import body_of
from shared.numbers import whole_number

_MENTION = "action-text-attachment, .mention"
_USER = re.compile(r"gid://[^/\"]+/User/([0-9]+)(?=[?\"]|$)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention; of a user by id, by the name that is shown, or both."""

    user_id: int | None
    name: str
    """Without the @; empty where none is shown."""


def mentions(html: str) -> list[Mention]:
    """Every mention in a body, in order; what is no HTML holds none."""
    return list(map(mention_of, body_of(html).css(_MENTION)))


def user_id_of(sgid: str) -> int | None:
    """Who a signed global id names; None for what names no user.

    We cannot check the signature. Campfire calls nobody for a wrong one (w31), but people's editors
    write none.
    """
    data = sgid.partition("--")[0]
    try:
        record = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    match = _USER.search(record)
    return whole_number(match[1]) if match else None


def mention_of(element: LexborNode) -> Mention:
    """Whom an element mentions, which is a mention's."""
    return Mention(user_id_of(element.attributes.get("sgid") or ""), name_in(element))


def name_in(element: LexborNode) -> str:
    """The name that a mention shows, or that its editor had it show; "" where there is none."""
    shown = element.text(deep=True)
    if not shown.strip():
        content = body_of(element.attributes.get("content") or "")
        shown = "".join(node.text(deep=True) for node in content.css(".mention"))
    return shown.strip().removeprefix("@").strip()
