"""Every notice that Campfire would push, for the page's panel and for tests; none is sent."""

from collections import deque
from dataclasses import dataclass

from sandbox.campfire.rails.active_support_json import rails_json

KEPT = 1000
LARGEST_BODY_BYTES = 3975
"""With a title of 9 and a path of 8 bytes: then the notice is as large as encryption takes it."""
_MEASURED_WITH = len("Assistant") + len("/rooms/5")


@dataclass(frozen=True, slots=True)
class Push:
    """One notice: `to` are names; `body_bytes` counts as the notice's JSON does.

    `sent` is False when it is too large to be encrypted: then nobody gets it, and only a line in
    Campfire's log says so.
    """

    at: str
    room_id: int
    message_id: int
    title: str
    body: str
    path: str
    to: tuple[str, ...]

    @property
    def body_bytes(self) -> int:
        """The size of the body as it stands in the notice: JSON, a line end counts two."""
        return _bytes(self.body)

    @property
    def sent(self) -> bool:
        """Whether it is small enough to leave Campfire."""
        spare = _MEASURED_WITH - _bytes(self.title) - _bytes(self.path)
        return self.body_bytes <= LARGEST_BODY_BYTES + spare


class PushLog:
    """The last notices, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[Push] = deque(maxlen=KEPT)

    def add(self, push: Push) -> None:
        """Note one."""
        self._kept.append(push)

    def all(self) -> list[Push]:
        """Every notice that is remembered."""
        return [*self._kept]

    def clear(self) -> None:
        """Forget them."""
        self._kept.clear()


def _bytes(text: str) -> int:
    return len(rails_json(text).encode()) - len('""')
