"""One-time codes: what `python -m operate page` prints in a link, good for five minutes."""

import secrets
from dataclasses import dataclass, field
from typing import Self, get_args

from redis.asyncio import Redis

from ingress.operator.page.authentication.log_ins import Right
from ingress.operator.page.authentication.signing import Signer
from shared.keys import Keys
from shared.numbers import whole_number

LASTS_S = 300


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes codes and takes each of them once, whichever process made it."""

    _signer: Signer = field(repr=False)

    @classmethod
    def of(cls, admin_token: str) -> Self:
        """The codes that are good with this admin token; takes 30 ms."""
        return cls(Signer.of(admin_token, "one-time code"))

    @property
    def mark(self) -> str:
        """A mark of the admin token, another for each; 48 bits, derived as slowly as signatures."""
        return self._signer.signed("mark").rpartition(".")[2][:8]

    def new(self, right: Right, now: float) -> str:
        """A code that opens this right once."""
        return self._signer.signed(f"{right}.{int(now) + LASTS_S}.{secrets.token_hex(16)}")

    def proven(self, code: str, now: float) -> tuple[Right, str] | None:
        """The right and the code's number, used or not; None where it is no code, or too old."""
        text = self._signer.read(code.strip())
        if text is None:
            return None
        named, until, number = text.split(".")
        right = next((it for it in get_args(Right) if it == named), None)
        good = right is not None and now < (whole_number(until) or 0)
        return (right, number) if right and good else None

    async def take(self, redis: Redis, keys: Keys, code: str, now: float) -> Right | None:
        """What this code opens, the first time; raises RedisError, and is then not used up."""
        proven = self.proven(code, now)
        if proven is None:
            return None
        right, number = proven
        first = await redis.set(keys.page_code(number), "used", nx=True, ex=LASTS_S)
        return right if first else None
