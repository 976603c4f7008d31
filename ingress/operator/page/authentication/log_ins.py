"""Who has logged in: a signed cookie that ends by itself. Pure: nothing is kept here.

The cookie ends with the token that opened it: another ADMIN_TOKEN ends them all, another VIEW_TOKEN
those of readers.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from ingress.operator.page.authentication.signing import Signer
from shared.numbers import whole_number

Right = Literal["act", "view"]
"""To press buttons and read texts; to look."""
LASTS_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody who is logged in."""

    right: Right
    until: int
    """Seconds since the epoch."""
    id: str
    """Tells one log-in from another, in the log and in the audit trail; opens nothing."""

    @property
    def may_act(self) -> bool:
        """Whether buttons work."""
        return self.right == "act"


@dataclass(frozen=True, slots=True)
class LogIns:
    """Begins log-ins and reads them back."""

    _tokens: Mapping[Right, str | None] = field(repr=False)
    _signers: Mapping[Right, Signer] = field(repr=False)

    @classmethod
    def of(cls, admin_token: str, view_token: str | None) -> Self:
        """The log-ins that these tokens open; takes 60 ms, once a process."""
        return cls(
            {"act": admin_token, "view": view_token},
            {
                "act": Signer.of(admin_token, "operator session"),
                "view": Signer.of(view_token or admin_token, "reader session"),
            },
        )

    def right_of(self, token: str) -> Right | None:
        """What this token opens; every token is compared, so time tells nothing."""
        found: Right | None = None
        for right in get_args(Right):
            known = self._tokens[right]
            same = hmac.compare_digest((known or "").encode(), token.encode(errors="replace"))
            if known and same and found is None:
                found = right
        return found

    def begin(self, right: Right, now: float) -> str:
        """The value of a new log-in's cookie."""
        until = int(now) + LASTS_S
        return self._signers[right].signed(f"{right}.{until}.{secrets.token_hex(8)}")

    def read(self, cookie: str, now: float) -> LogIn | None:
        """Whose cookie this is; None where it is nobody's, or over."""
        right = next((it for it in get_args(Right) if cookie.startswith(f"{it}.")), None)
        text = self._signers[right].read(cookie) if right else None
        if right is None or text is None:
            return None
        _, until, log_in_id = text.split(".")
        ends = whole_number(until) or 0
        return LogIn(right, ends, log_in_id) if now < ends else None
