"""What our secrets sign: a text under a purpose, so that one purpose's is no other's. Pure."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks with a key derived from a secret."""

    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str, purpose: str) -> Self:
        """Derived slowly: whoever sees a signature can try secrets at home. 30 ms and 16 MB."""
        salt = f"campfire-ai-bot {purpose} 1".encode()
        return cls(hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32))

    def signed(self, text: str) -> str:
        """The text (without a dot at its end) with its signature behind a dot."""
        return f"{text}.{self._signature(text)}"

    def read(self, signed: str) -> str | None:
        """The text, None where the signature is not ours."""
        text, _, signature = signed.rpartition(".")
        expected = self._signature(text).encode()
        ours = hmac.compare_digest(expected, signature.encode(errors="replace"))
        return text if ours else None

    def _signature(self, text: str) -> str:
        digest = hmac.digest(self._key, text.encode(errors="replace"), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
