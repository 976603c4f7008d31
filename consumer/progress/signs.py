"""The signs of life of one turn: 👀, one progress message, ✅ ⚠️ or ⏹ in the end.

They run beside the turn and never raise: a Campfire in trouble loses signs, not answers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from html import escape
from types import TracebackType
from typing import Self

import structlog

from consumer.campfire.client import Campfire
from consumer.progress.activity import Activity
from consumer.progress.marks import Marks
from consumer.progress.pace import EDITING, POSTING
from consumer.queue.errors import Fenced
from consumer.sessions import TurnEvent
from shared.bot_fields import Progress
from shared.catalogue import Catalogue
from shared.errors import BotError

_SIGNS = {"completed": "✅", "cancelled": "⏹", "ignored": ""}
_TROUBLE = "⚠️"
_MAX_FAILURES = 3
_SEEN_S = 0.1
"""How soon 👀 comes, at once for people: the prompt goes first; a turn over by then needs none."""
_CLOSING_S = 5.0
"""How long the next message of the lane waits for the signs to be taken down."""

log = structlog.get_logger()


def sign_of(ending: str) -> str:
    """The sign that stays on a message that ended so; empty: none."""
    return _SIGNS.get(ending, _TROUBLE)


class Signs:
    """An async context manager around a turn and its delivery; `sleep` and `monotonic` are time.

    When the block ends without `ended` (a drain, a failure that may pass), the marks stay for
    whoever runs the message again, who finds them by what `Marks` recorded.
    """

    def __init__(
        self,
        campfire: Campfire,
        marks: Marks,
        progress: Progress,
        words: Catalogue,
        *,
        used_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._campfire, self._marks = campfire, marks
        self._progress, self._words = progress, words
        self._monotonic, self._sleep = monotonic, sleep
        self._used_s = used_s
        self._began = monotonic() - used_s
        self._activity = Activity()
        self._ending: str | None = None
        self._said = ""
        self._failures = 0
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._began = self._monotonic() - self._used_s
        if self._progress != "off":
            self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is None:
            return
        self._stop.set()
        closing = asyncio.create_task(self._close(self._task))
        try:
            await asyncio.wait([closing], timeout=_CLOSING_S)
        finally:
            if not closing.done():
                log.warning("progress_left_behind")
                closing.cancel()

    def note(self, event: TurnEvent) -> None:
        """Take in what happens in the turn; never blocks."""
        self._activity = self._activity.after(event)

    def ended(self, ending: str) -> None:
        """How the message ended (consumer.turn.outcome), for the sign that stays."""
        self._ending = ending

    async def _live(self) -> None:
        offers = await self._campfire.probe()
        if offers.boosts and not await self._over_within(_SEEN_S):
            await self._try(self._marks.see())
        if self._progress == "quiet":
            return
        pace = EDITING if offers.edit else POSTING
        while self._failures < _MAX_FAILURES:
            if await self._stopped_within(pace.next_after(self._elapsed_s())):
                return
            await self._try(self._show() if offers.edit else self._say())

    async def _over_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stop.wait()
        except TimeoutError:
            return False

    async def _stopped_within(self, seconds: float) -> bool:
        """Sleep; True when the turn ended meanwhile. A post under way is never cut off."""
        stopping = asyncio.create_task(self._stop.wait())
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait([stopping, sleeping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            sleeping.cancel()
        return self._stop.is_set()

    async def _show(self) -> None:
        await self._marks.show(self._html(self._elapsed_s()))

    async def _say(self) -> None:
        """Without edits, a message that says nothing new is noise in everybody's pocket."""
        news = self._html(0)
        if news != self._said:
            self._said = news
            await self._marks.say(self._html(self._elapsed_s()))

    def _elapsed_s(self) -> float:
        return self._monotonic() - self._began

    def _html(self, elapsed_s: float) -> str:
        return f"<em>{escape(self._activity.line(elapsed_s, self._words), quote=False)}</em>"

    async def _close(self, live: asyncio.Task[None]) -> None:
        await asyncio.wait([live])
        if self._ending is None:
            return
        await self._try(self._marks.take_message())
        if self._campfire.offers.boosts:
            await self._try(self._marks.turn_seen_into(sign_of(self._ending)))

    async def _try(self, step: Awaitable[object]) -> None:
        try:
            await step
        except Fenced:
            self._failures = _MAX_FAILURES  # another has the message now, and shows its signs
        except Exception as error:  # whatever it is, the answer comes first
            self._failures += 1
            unexpected = not isinstance(error, BotError)
            log.warning("progress_failed", error=type(error).__name__, exc_info=unexpected)
