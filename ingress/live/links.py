"""Signed links: the right to watch one lane, or to talk in it, until a moment. Pure.

Whoever has the link has the right: it is shown to nobody else, and never logged.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args
from urllib.parse import urlencode

from shared.lane import Lane

Rights = Literal["read", "talk"]
"""To watch; to watch and to say something."""
_SALT = b"campfire-ai-bot live link 1"
NAME = re.compile(r"(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")
"""One line, and not blank."""
_EXPIRES = re.compile(r"[0-9]{1,12}")
_LOG_IN = re.compile(r"[0-9a-f]{0,64}")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do with a lane's stream, and until when (seconds since the epoch)."""

    rights: Rights
    until: float = float("inf")
    name: str = ""
    """Whoever talks by a link speaks as this; empty for an operator, who may say any."""
    link: str = field(default="", repr=False)
    """What tells this link from others; empty for an operator."""
    log_in: str = ""
    """The log-in of the operator's page with which it ends too, by its id; empty: with none."""

    @property
    def may_talk(self) -> bool:
        """Whether messages are taken too."""
        return self.rights == "talk"


@dataclass(frozen=True, slots=True)
class Links:
    """Signs and checks links with a key derived from a secret."""

    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> Self:
        """Derived slowly: whoever has a link can try secrets at home, and the secret may be short.

        Takes 30 ms and 16 MB, once a process.
        """
        return cls(hashlib.scrypt(secret.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32))

    def path(
        self, lane: Lane, rights: Rights, expires: int, name: str = "", *, log_in: str = ""
    ) -> str:
        """The path and query of a link that ends at `expires`, in seconds since the epoch, or with
        that log-in.

        Who talks by it speaks as `name`: raises ValueError where none is given, or none can be.
        """
        if (rights == "talk") is not bool(NAME.fullmatch(name)):
            raise ValueError("a link to talk by needs a name of 1 to 100 characters, no other one")
        query: dict[str, str | int] = {"expires": expires, "rights": rights}
        if name:
            query["name"] = name
        if log_in:
            query["log_in"] = log_in
        query["signature"] = self._sign(lane, rights, _until(str(expires), log_in), name)
        return f"/lanes/{lane.room_id}/{lane.bot_id}/events?{urlencode(query)}"

    def grant(self, lane: Lane, query: Mapping[str, str], now: float) -> Grant | None:
        """What the query of a request for this lane proves; None: nothing.

        A link of before 2.1 that says `talk` names nobody: it is for reading now.
        """
        expires, signature = query.get("expires", ""), query.get("signature", "")
        name, log_in = query.get("name", ""), query.get("log_in", "")
        rights = next((r for r in get_args(Rights) if r == query.get("rights")), None)
        if rights is None or not (_EXPIRES.fullmatch(expires) and _LOG_IN.fullmatch(log_in)):
            return None
        signed = hmac.compare_digest(
            self._sign(lane, rights, _until(expires, log_in), name).encode(),
            signature.encode(errors="replace"),
        )
        if not signed or now >= int(expires):
            return None
        return Grant(rights if name else "read", int(expires), name, signature, log_in)

    def _sign(self, lane: Lane, rights: Rights, until: str, name: str) -> str:
        # The name comes last: whatever stands in it can be taken for nothing else.
        parts = [str(lane), rights, until, *([name] if name else [])]
        signed = "\n".join(parts).encode(errors="replace")
        digest = hmac.digest(self._key, signed, "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _until(expires: str, log_in: str) -> str:
    """Of digits alone, or with a log-in behind them: the one is never taken for the other."""
    return f"{expires} {log_in}" if log_in else expires
