"""What stands at an address, and whether it knows our bots' keys. Nothing is posted.

Measured on Campfire's main line and on v1.4.9: who has a wrong key is sent to the sign-in page, but
v1.4.9 has no way to list messages, and says 404 to any key.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.answers import is_refused
from consumer.campfire.errors import CampfireUnavailable
from consumer.campfire.probe import WRONG_KEY
from consumer.campfire.requests.wire import PLAIN, Wire

NO_ROOM = 1
"""Whether a room of this number exists does not matter: the key is looked at first."""
_NO_HTTP = (
    "ServerDisconnectedError",
    "ClientResponseError",
    "ClientPayloadError",
    "ClientOSError",
    "ClientConnectionResetError",
    "ClientConnectionError",
)


class Kind(Enum):
    """What CAMPFIRE_URL really is."""

    MAIN = "Campfire, newer than v1.4.9"
    OLD = "Campfire v1.4.9 or older: it only takes posts"
    OTHER = "a web server, but no Campfire: set CAMPFIRE_URL to Campfire's own address"
    REDIRECT = "redirects elsewhere: set CAMPFIRE_URL to the address that it redirects to"
    PROXY = "a proxy whose Campfire does not answer"
    NO_HTTP = "no web server (a Redis, or TLS where none is expected): check CAMPFIRE_URL"
    UNREACHABLE = "not reachable: check CAMPFIRE_URL and the network"


class Inspection:
    """Asks with connections of its own, so that the service's client is not told of it."""

    def __init__(self, base_url: str, keys: Mapping[str, str]) -> None:
        """`keys` of the bots that take part, by bot id: they stay in here."""
        self._wire, self._keys = Wire(base_url), keys

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    @property
    def bot_ids(self) -> Collection[str]:
        """The bots whose keys can be shown."""
        return self._keys.keys()

    async def kind(self) -> Kind:
        """What it is; never raises for an answer or the lack of one."""
        answer = await self._ask("GET", WRONG_KEY)
        if not isinstance(answer, CampfireAnswer):
            return answer
        if answer.status_code == 404:
            # v1.4.9 knows only this way to say that a key is wrong; nothing is stored for nobody.
            posted = await self._ask("POST", WRONG_KEY)
            if isinstance(posted, CampfireAnswer) and is_refused(posted):
                return Kind.OLD
        elif is_refused(answer):
            return Kind.MAIN
        if answer.status_code in (502, 503, 504):
            return Kind.PROXY
        return Kind.REDIRECT if answer.is_redirect else Kind.OTHER

    async def show_key(self, bot_id: str) -> CampfireAnswer | Kind:
        """What is answered to the bot's key, or what it is that gives no answer."""
        return await self._ask("GET", self._keys[bot_id])

    async def _ask(self, method: str, key: str) -> CampfireAnswer | Kind:
        parts: dict[str, Any] = {"body": b"", "kind": PLAIN} if method == "POST" else {}
        try:
            return await self._wire.again(method, NO_ROOM, key, "", **parts)
        except CampfireUnavailable as error:
            return Kind.NO_HTTP if str(error) in _NO_HTTP else Kind.UNREACHABLE
