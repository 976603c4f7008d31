"""Rails' signed ids: base64 of a small JSON, `--`, and a signature that only the server can make.

A mention's `sgid` is one (HMAC-SHA1, 40 hex digits), the address of an avatar another (SHA-256).
Ours last as long as the sandbox's code does: Campfire's too survive restarts (a99) and renaming
(a99b), and end only with a new secret key.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re

_SIGNING_SECRET = b"the sandbox signs as any Campfire would"
_USER_GID = re.compile(r"\Agid://campfire/User/(\d{1,18})(?:\?.*)?\Z", re.DOTALL)
_AVATAR_VERSION = "20260101000000"
"""Campfire puts the time of the person's last change here; ours never changes a picture."""


class BrokenSgid(Exception):
    """An sgid that Rails cannot even read: what draws it ends in an error (a175, c, e, g, h)."""


def sgid_of(user_id: int) -> str:
    """The signed global id by which a body mentions this user, in every room."""
    data = _encoded({"data": f"gid://campfire/User/{user_id}?expires_in", "pur": "attachable"})
    return f"{data}--{_signature(data)}"


def signed_user_id(sgid: str) -> int | None:
    """Who is mentioned by an sgid whose signature is right; None for any other (w03, w31)."""
    data, _, signature = sgid.partition("--")
    if not hmac.compare_digest(signature.encode(), _signature(data).encode()):
        return None
    return drawn_user_id(sgid)


def drawn_user_id(sgid: str) -> int | None:
    """Who is drawn for an sgid, signed or not; None when it names no user.

    Raises `BrokenSgid` when it is not base64 of a JSON object.
    """
    data = sgid.split("--")[0] if sgid else None
    if data is None:
        return None
    try:
        record = json.loads(base64.b64decode(data, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BrokenSgid from error
    if not isinstance(record, dict):
        raise BrokenSgid
    return _user_id(record.get("_rails"))


def avatar_path(user_id: int) -> str:
    """The address of somebody's avatar, without the host."""
    data = _encoded({"data": user_id, "pur": "user/avatar"}).rstrip("=")
    signature = hmac.new(_SIGNING_SECRET, data.encode(), hashlib.sha256).hexdigest()
    return f"/users/{data}--{signature}/avatar?v={_AVATAR_VERSION}"


def avatar_user_id(token: str) -> int | None:
    """Whose avatar an address is; None for one that we did not make."""
    data = token.partition("--")[0]
    try:
        user_id = json.loads(base64.urlsafe_b64decode(f"{data}=="))["_rails"]["data"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    known = isinstance(user_id, int) and avatar_path(user_id).split("/")[2] == token
    return user_id if known else None


def _user_id(rails: object) -> int | None:
    data = rails.get("data") if isinstance(rails, dict) else None
    match = _USER_GID.match(data) if isinstance(data, str) else None
    return int(match.group(1)) if match else None


def _encoded(record: dict[str, object]) -> str:
    text = json.dumps({"_rails": record}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _signature(data: str) -> str:
    return hmac.new(_SIGNING_SECRET, data.encode(), hashlib.sha1).hexdigest()
