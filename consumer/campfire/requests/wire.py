"""What is sent to Campfire, and what is known of it when no answer came."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from consumer.campfire.requests.http import Asks, Http, NoAnswer
from shared.errors import CampfireError

PLAIN = "text/plain; charset=utf-8"
"""The body is HTML whatever the type says; any other type is parsed for parameters by Rails."""
_A_PROXYS = (502, 503, 504)


class Wire:
    """Sends requests as a bot; the errors it raises hold a status or a kind, nothing else."""

    def __init__(self, base_url: str, http: Asks | None = None) -> None:
        """`http`: who asks; by itself the network is asked."""
        self._http = http or Http(base_url)
        self.on_trouble: Callable[[], None] = lambda: None
        """Called when Campfire gave no answer, or a proxy answered for it."""
        self.on_answer: Callable[[str, CampfireAnswer], None] = lambda _key, _answer: None
        """Called with every answer, and the key that was shown for it."""
        self.on_post: Callable[[str, int | None, float], None] = lambda _key, _status, _s: None
        """Called with every post's key, status (None: no answer) and seconds."""
        self.is_failing = False
        """Whether that was so the last time."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def once(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> CampfireAnswer:
        """Send what may not be done twice.

        Raises CampfireUnavailable when it certainly did not arrive, else CampfireUnclear.
        """
        began_s = monotonic()
        answer = await self._send(method, room_id, key, path, **parts)
        status = answer.status_code if isinstance(answer, CampfireAnswer) else None
        if path == "":
            self.on_post(key, status, monotonic() - began_s)
        if isinstance(answer, CampfireAnswer):
            return answer
        raise answer

    async def again(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> CampfireAnswer:
        """Send what may be repeated freely; raises CampfireUnavailable when it got no answer."""
        answer = await self._send(method, room_id, key, path, **parts)
        if isinstance(answer, CampfireError):
            raise CampfireUnavailable(*answer.args)
        return answer

    async def _send(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> CampfireAnswer | CampfireError:
        answer = await self._http.ask(method, f"/rooms/{room_id}/{key}/messages{path}", **parts)
        if isinstance(answer, NoAnswer) and answer.is_late:
            return CampfireUnavailable(*answer.args)  # Campfire has no part in it
        self.is_failing = isinstance(answer, NoAnswer) or answer.status_code in _A_PROXYS
        if self.is_failing:
            self.on_trouble()
        if isinstance(answer, NoAnswer):
            return _meaning(answer)
        self.on_answer(key, answer)
        return answer


def _meaning(error: NoAnswer) -> CampfireError:
    kind = CampfireUnclear if error.has_left else CampfireUnavailable
    return kind(*error.args)
