"""What stands at CAMPFIRE_URL, and whether it knows our bots' keys. Nothing is posted.

Measured on Campfire's main line and on v1.4.9: who has a wrong key is sent to the sign-in page, but
v1.4.9 has no way to list messages, and says 404 to any key.
"""

from collections.abc import Mapping
from enum import Enum

import httpx

from consumer.campfire.answers import is_refused
from consumer.campfire.errors import CampfireUnavailable
from consumer.campfire.probe import WRONG_KEY
from consumer.campfire.wire import PLAIN, Wire
from consumer.start_check.finding import Finding

NO_ROOM = 1
"""Whether a room of this number exists does not matter: the key is looked at first."""
_NO_HTTP = ("RemoteProtocolError", "ReadError", "WriteError")


class Kind(Enum):
    """What CAMPFIRE_URL really is."""

    MAIN = "Campfire, newer than v1.4.9"
    OLD = "Campfire v1.4.9 or older: it only takes posts"
    OTHER = "a web server, but no Campfire: set CAMPFIRE_URL to Campfire's own address"
    REDIRECT = "redirects elsewhere: set CAMPFIRE_URL to the address that it redirects to"
    PROXY = "a proxy whose Campfire does not answer"
    NO_HTTP = "no web server (a Redis, or TLS where none is expected): check CAMPFIRE_URL"
    UNREACHABLE = "not reachable: check CAMPFIRE_URL and the network"


async def campfire_findings(wire: Wire, keys: Mapping[str, str]) -> list[Finding]:
    """What it is, and of each bot (by id) whether its key is accepted; never raises for answers."""
    kind = await _kind(wire)
    known = kind in (Kind.MAIN, Kind.OLD)
    findings = [Finding("campfire", kind.value, good=known)]
    if kind is Kind.OLD:
        later = "not checkable before the first post (v1.4.9)"
        findings += [Finding(f"key of {bot_id}", later, good=True) for bot_id in keys]
    elif kind is Kind.MAIN:
        findings += [await _key(wire, bot_id, key) for bot_id, key in keys.items()]
    return findings


async def _kind(wire: Wire) -> Kind:
    answer = await _ask(wire, "GET", WRONG_KEY)
    if not isinstance(answer, httpx.Response):
        return answer
    if answer.status_code == 404:
        # v1.4.9 knows only this way to say that a key is wrong; nothing is stored for nobody.
        posted = await _ask(wire, "POST", WRONG_KEY)
        if isinstance(posted, httpx.Response) and is_refused(posted):
            return Kind.OLD
    elif is_refused(answer):
        return Kind.MAIN
    if answer.status_code in (502, 503, 504):
        return Kind.PROXY
    return Kind.REDIRECT if answer.is_redirect else Kind.OTHER


async def _key(wire: Wire, bot_id: str, key: str) -> Finding:
    answer, subject = await _ask(wire, "GET", key), f"key of {bot_id}"
    if not isinstance(answer, httpx.Response):
        return Finding(subject, f"not known: Campfire is {answer.value}", good=False)
    if is_refused(answer):
        return Finding(subject, "refused: set the key from the bot's page in Campfire", good=False)
    if answer.status_code in (200, 204, 404):  # 404: accepted, and the bot is not in that room
        return Finding(subject, "accepted", good=True)
    return Finding(subject, f"not known: Campfire answers {answer.status_code}", good=False)


async def _ask(wire: Wire, method: str, key: str) -> httpx.Response | Kind:
    parts = {"content": b"", "headers": PLAIN} if method == "POST" else {}
    try:
        return await wire.again(method, NO_ROOM, key, "", **parts)
    except CampfireUnavailable as error:
        return Kind.NO_HTTP if str(error) in _NO_HTTP else Kind.UNREACHABLE
