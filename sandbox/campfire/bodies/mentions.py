"""Mentions in a body: who is mentioned, how the composer writes one, and the stored form.

A mention is `<action-text-attachment sgid="S">`. One whose signature is right counts: its bot is
called, its person told. One with any other signature is only drawn (w03, w31, a84).
"""

import json
from collections.abc import Iterable
from html import escape

from sandbox.campfire.bodies.html_tree import Comment, Element, Node, elements, parse, serialize
from sandbox.campfire.rails.signed_ids import BrokenSgid, sgid_of, signed_user_id

MENTION_TAG = "action-text-attachment"
MENTION_TYPE = "application/vnd.campfire.mention"

ATTACHMENT_ATTRIBUTES = (
    *("sgid", "content-type", "url", "href", "filename", "filesize", "width", "height"),
    *("previewable", "presentation", "caption", "content"),
)
"""What ActionText keeps of an attachment, in its order (w00)."""

_TRIX_NAMES = {"contentType": "content-type"}

RUBY_SPACE = "\t\n\v\f\r \0"
"""What Ruby's `strip` takes off the ends: no-break and other wide spaces stay."""


def mention_html(user_id: int, name: str) -> str:
    """A mention as Campfire's composer writes it."""
    sgid = sgid_of(user_id)
    content = f'<span class="mention" sgid="{sgid}">{escape(name)}</span>'
    return (
        f'<{MENTION_TAG} sgid="{sgid}" content-type="{MENTION_TYPE}" '
        f'content="{escape(content)}"></{MENTION_TAG}>'
    )


def mentioned_user_ids(html: str) -> list[int]:
    """The ids of all users whose mention is signed, each once, in the order of the text."""
    if MENTION_TAG not in html:
        return []
    found = (_signed(e.attribute("sgid") or "") for e in elements(parse(html), MENTION_TAG))
    return list(dict.fromkeys(user_id for user_id in found if user_id is not None))


def stored_form(body: str) -> str:
    """The body as ActionText stores it: stripped, parsed, not sanitised, Trix made canonical."""
    text = body.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").strip(RUBY_SPACE)
    return serialize(_canonical(parse(text.replace("\0", ""))))


def _signed(sgid: str) -> int | None:
    try:
        return signed_user_id(sgid)
    except BrokenSgid:
        return None


def _canonical(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(_canonical_node(node) for node in nodes)


def _canonical_node(node: Node) -> Node:
    if isinstance(node, str | Comment):
        return node
    trix = node.attribute("data-trix-attachment") if node.tag == "figure" else None
    attributes = _trix_attributes(trix) if trix else None
    if attributes is not None:
        return Element(MENTION_TAG, attributes)
    return Element(node.tag, node.attributes, _canonical(node.children))


def _trix_attributes(trix: str) -> tuple[tuple[str, str], ...] | None:
    try:
        fields = json.loads(trix)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    named = {_TRIX_NAMES.get(key, key): str(value) for key, value in fields.items()}
    return tuple((key, named[key]) for key in ATTACHMENT_ATTRIBUTES if key in named)
