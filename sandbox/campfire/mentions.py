"""Mentions in a body: how they are encoded, found, and brought into the stored form.

A mention is `<action-text-attachment sgid="S">`; only S counts, and for people and bots Campfire
accepts it with a wrong signature (docs/campfire.md, "Mentions").
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from html import escape

from sandbox.campfire.html_tree import Comment, Element, Node, elements, parse, serialize

MENTION_TAG = "action-text-attachment"
MENTION_TYPE = "application/vnd.campfire.mention"

_SIGNING_SECRET = b"the sandbox signs as any Campfire would"
_USER_GID = re.compile(r"^gid://[^/]+/User/([0-9]{1,18})(?:\?.*)?$")


def sgid_of(user_id: int) -> str:
    """The signed global id by which a body mentions this user."""
    record = {"_rails": {"data": f"gid://campfire/User/{user_id}?expires_in", "pur": "attachable"}}
    data = base64.urlsafe_b64encode(json.dumps(record, separators=(",", ":")).encode()).decode()
    return f"{data}--{hmac.new(_SIGNING_SECRET, data.encode(), hashlib.sha1).hexdigest()}"


def user_id_of(sgid: str) -> int | None:
    """Who is mentioned; None when the id is unreadable or names no user. Signatures don't count."""
    data = sgid.partition("--")[0]
    try:
        record = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        rails = record["_rails"]
        match = _USER_GID.match(rails["data"]) if rails.get("pur") == "attachable" else None
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None
    return int(match.group(1)) if match else None


def mention_html(user_id: int, name: str) -> str:
    """A mention as Campfire's composer writes it."""
    sgid = sgid_of(user_id)
    content = f'<span class="mention" sgid="{sgid}">{escape(name)}</span>'
    return (
        f'<{MENTION_TAG} sgid="{sgid}" content-type="{MENTION_TYPE}" '
        f'content="{escape(content)}"></{MENTION_TAG}>'
    )


def mentioned_user_ids(html: str) -> list[int]:
    """The ids of all mentioned users, each once, in the order of the text."""
    if MENTION_TAG not in html:
        return []
    found = (user_id_of(e.attribute("sgid") or "") for e in elements(parse(html), MENTION_TAG))
    return list(dict.fromkeys(user_id for user_id in found if user_id is not None))


def stored_form(body: str) -> str:
    """The body as ActionText stores it: parsed, not sanitised, mentions of Trix made canonical."""
    return serialize(_canonical(parse(body.strip())))


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
    dashed = {"contentType": "content-type"}
    return tuple((dashed.get(key, key.lower()), str(value)) for key, value in fields.items())
