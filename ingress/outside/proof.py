"""What a sender shows: the bot's secret itself, or a signature made with it. Pure.

Of a signature everything counts that is in it, and nothing else: GitHub's holds the body alone
(https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries), ours the time,
the id of the event and where it goes too, so that what was listened to is of no use later, nor
elsewhere.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Literal

from shared.errors import Unauthenticated
from shared.numbers import whole_number

TIMESTAMP, EVENT_ID, SIGNATURE = "x-event-timestamp", "x-event-id", "x-event-signature"
GITHUB_SIGNATURE = "x-hub-signature-256"
CLOCK_S = 300
"""By so much a sender's clock may be wrong, or its event be late."""
_DIGEST = re.compile(r"sha256=[0-9a-f]{64}")
_WHAT_OURS_SIGNS = re.compile(rb"[0-9]{10,18}\.[\x21-\x7e]{0,200}?\.")
"""How it begins. As a body of GitHub's, whose signature is good for ever, a copy of one of ours
would come in again with no regard to its time."""

Proof = Literal["shown", "signed", "signed by github"]


def proof(
    headers: Mapping[str, str],
    body: bytes,
    secret: str | None,
    now_s: float,
    *,
    where: str,
    signed: bool,
) -> Proof:
    """How the sender proved its right; raises Unauthenticated.

    `headers` by names in lower case; `where`: the path that was called. `secret` None: the bot has
    none, and nothing proves anything. `signed`: the secret itself is not enough. Who signs twice
    has to be right twice.
    """
    known = secret or secrets.token_urlsafe(32)  # takes the same time as a wrong one
    proofs: list[Proof] = []
    if SIGNATURE in headers:
        _check_time(headers, now_s)
        _check(headers[SIGNATURE], known, _ours(headers, where, body))
        proofs.append("signed")
    if GITHUB_SIGNATURE in headers:
        if _WHAT_OURS_SIGNS.match(body):
            raise Unauthenticated("a body that begins as what our own signature signs")
        _check(headers[GITHUB_SIGNATURE], known, body)
        proofs.append("signed by github")
    if not proofs and not signed and _shown(headers.get("authorization", ""), known):
        proofs.append("shown")
    if secret is None or not proofs:
        raise Unauthenticated("neither the bot's event secret nor a signature by it")
    return proofs[0]


def signature(secret: str, signed: bytes) -> str:
    """A signature as the headers carry it."""
    return f"sha256={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"


def _ours(headers: Mapping[str, str], where: str, body: bytes) -> bytes:
    return f"{headers[TIMESTAMP]}.{headers.get(EVENT_ID, '')}.{where}.".encode() + body


def _check_time(headers: Mapping[str, str], now_s: float) -> None:
    at = whole_number(headers.get(TIMESTAMP, ""))
    if at is None or abs(now_s - at) > CLOCK_S:
        raise Unauthenticated("the signature's time is missing or far from now")


def _check(given: str, secret: str, signed: bytes) -> None:
    well_formed = _DIGEST.fullmatch(given) is not None
    if not hmac.compare_digest(signature(secret, signed).encode(), given.encode()):
        raise Unauthenticated("a wrong signature" if well_formed else "no signature")


def _shown(authorization: str, secret: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    right = hmac.compare_digest(secret.encode(), given.strip().encode())
    return scheme.lower() == "bearer" and right
