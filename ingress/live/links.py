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
_EXPIRES = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do with a lane's stream, and until when (seconds since the epoch)."""

    rights: Rights
    until: float = float("inf")

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

    def path(self, lane: Lane, rights: Rights, expires: int) -> str:
        """The path and query of a link that ends at `expires`, in seconds since the epoch."""
        query = {
            "expires": expires,
            "rights": rights,
            "signature": self._sign(lane, rights, str(expires)),
        }
        return f"/lanes/{lane.room_id}/{lane.bot_id}/events?{urlencode(query)}"

    def grant(self, lane: Lane, query: Mapping[str, str], now: float) -> Grant | None:
        """What the query of a request for this lane proves; None: nothing."""
        expires, signature = query.get("expires", ""), query.get("signature", "")
        rights = next((r for r in get_args(Rights) if r == query.get("rights")), None)
        if rights is None or not _EXPIRES.fullmatch(expires):
            return None
        signed = hmac.compare_digest(
            self._sign(lane, rights, expires).encode(), signature.encode(errors="replace")
        )
        return Grant(rights, int(expires)) if signed and now < int(expires) else None

    def _sign(self, lane: Lane, rights: Rights, expires: str) -> str:
        signed = f"{lane}\n{rights}\n{expires}".encode()
        digest = hmac.digest(self._key, signed, "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
