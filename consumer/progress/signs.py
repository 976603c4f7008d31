"""The signs of life of one turn: 👀, then how long it takes and what it does, ✅ ⚠️ or ⏹ in the end.

They run beside the turn and never raise: a Campfire in trouble loses signs, not answers. Where
Campfire has no boosts, none of this stands in the room (consumer.progress.notices).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from html import escape
from types import TracebackType
from typing import Any, Self

import structlog

from consumer.agent import TurnEvent
from consumer.campfire.client import Campfire
from consumer.progress.activity import Activity
from consumer.progress.ending_signs import is_refused, sign_of
from consumer.progress.marks.marks import Marks
from consumer.progress.marks.traces import SEEN
from consumer.progress.pace import EDITING, STEPS
from consumer.progress.turn_end import TurnEnd
from consumer.queue.errors import Fenced
from shared.bots import Progress
from shared.catalogue import Catalogue
from shared.errors import is_bug

_MOST_FAILURES = 3
"""In a row; after them it is tried once a minute."""
_TROUBLED_S = 60.0
_SEEN_S = 0.1
"""How soon 👀 comes, at once for people: the prompt goes first; a turn over by then needs none."""
_CLOSING_S = 5.0
"""How long the answer, or the lane's next message, waits for signs to be taken down."""

log = structlog.get_logger()


class Signs:
    """An async context manager around a turn and its posting; `sleep` and `monotonic` are time.

    When the block ends without `ended` (a drain, a failure that may pass), 👀 stays for whoever
    runs the message again, who finds it by what `Marks` recorded; what tells a time does not.
    """

    def __init__(
        self,
        campfire: Campfire,
        marks: Marks,
        progress: Progress,
        sentences: Catalogue,
        *,
        used_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._campfire, self._marks = campfire, marks
        self._progress, self._sentences = progress, sentences
        self._monotonic = monotonic
        self._used_s = used_s
        self._began = monotonic() - used_s
        self._activity = Activity()
        self._ending: str | None = None
        self._reason = ""
        self._failures = 0
        self._fenced = False
        self._one_at_a_time = asyncio.Lock()
        """The turn's own task may want a mark gone that another is just making."""
        self._end = TurnEnd(sleep)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._began = self._monotonic() - self._used_s
        if self._is_shown and (self._progress != "off" or self._marks.traces.is_any):
            self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None and not self._are_over:
            self._end.come()
            await _within(_CLOSING_S, self._close(self._task))

    async def before_answer(self) -> None:
        """The answer is about to be posted: a progress message above it would take its name and
        avatar from it, and has to go first. The boost stays: it says that nothing is lost."""
        if self._task is not None and self.stand_above_answer:
            self._end.come()
            await _within(_CLOSING_S, self._take_message(self._task))

    @property
    def stand_above_answer(self) -> bool:
        """Whether something may have to go before it."""
        return self._progress == "edit" or self._marks.traces.message_id is not None

    @property
    def _is_shown(self) -> bool:
        """Whether Campfire has boosts, or has not said yet."""
        offers = self._campfire.offers_at_hand
        return offers is None or offers.boosts

    @property
    def _are_over(self) -> bool:
        boosts = self._campfire.offers.boosts
        return self._task is None or (self._task.done() and not boosts)

    def end_at_once(self, ending: str, reason: str) -> bool:
        """Whether nothing of them is waited for when the message ends like this."""
        return self._are_over and not is_refused(ending, reason)

    async def make_way(self) -> None:
        """A message of the turn's own is about to be posted: the progress message above it goes, as
        before an answer, and from now on a boost tells the time."""
        if self._task is not None and self._progress == "edit":
            self._progress = "steps"
            await _within(_CLOSING_S, self._try(self._marks.take_message()))

    def note(self, event: TurnEvent) -> None:
        """Take in what happens in the turn; never blocks."""
        self._activity = self._activity.after(event)

    def ended(self, ending: str, reason: str = "") -> None:
        """How the message ended (consumer.outcome.outcome), for the sign that stays.

        Who is refused may be told by it alone, so it is put up where no other signs are.
        """
        self._ending, self._reason = ending, reason
        if self._task is None and is_refused(ending, reason):
            self._task = asyncio.create_task(self._live())

    async def _live(self) -> None:
        offers = await self._campfire.probe()
        if not offers.boosts:
            return
        if self._marks.traces.is_any:
            await self._try(self._take_over())
        if self._progress == "off" or await self._end.comes_within(_SEEN_S):
            return
        await self._try(self._marks.boost(SEEN))
        if self._progress != "quiet":
            await self._go_on()

    async def _take_over(self) -> None:
        """A time that an attempt before this one told stands still."""
        if self._progress == "edit" and self._marks.traces.message_id is not None:
            await self._marks.show(self._html())
        else:
            await self._marks.take_message()
        if self._progress != "off":
            await self._marks.boost(SEEN)

    async def _go_on(self) -> None:
        while not self._fenced:
            pace = EDITING if self._progress == "edit" else STEPS
            wait_s = pace.next_after(self._elapsed_s())
            if await self._end.comes_while_sleeping(max(wait_s, self._troubled_s)):
                return
            await self._try(self._show())

    @property
    def _troubled_s(self) -> float:
        return _TROUBLED_S if self._failures >= _MOST_FAILURES else 0.0

    async def _show(self) -> None:
        if self._progress == "edit":
            await self._marks.show(self._html())
        else:
            await self._marks.boost(self._activity.sign(self._elapsed_s(), self._sentences))

    def _elapsed_s(self) -> float:
        return self._monotonic() - self._began

    def _html(self) -> str:
        line = self._activity.line(self._elapsed_s(), self._sentences)
        return f"<em>{escape(line, quote=False)}</em>"

    async def _take_message(self, live: asyncio.Task[None]) -> None:
        await asyncio.wait([live])
        await self._try(self._marks.take_message())

    async def _close(self, live: asyncio.Task[None]) -> None:
        await asyncio.wait([live])
        if self._fenced or not self._campfire.offers.boosts:
            return
        if self._ending is None:
            await self._try(self._rest())
        else:
            shows = self._progress != "off" or is_refused(self._ending, self._reason)
            sign = sign_of(self._ending, self._reason) if shows else ""
            await self._try(self._marks.finish(sign))

    async def _rest(self) -> None:
        """Nobody knows how long it is until the next attempt."""
        await self._marks.take_message()
        if self._marks.traces.boosts:
            await self._marks.boost(SEEN)

    async def _try(self, step: Awaitable[object]) -> None:
        try:
            async with self._one_at_a_time:
                await step
        except Fenced:
            self._fenced = True  # another has the message now, and shows its signs
        except Exception as error:  # whatever it is, the answer comes first
            self._failures += 1
            log.warning("progress_failed", error=type(error).__name__, exc_info=is_bug(error))
        else:
            self._failures = 0


async def _within(seconds: float, step: Coroutine[Any, Any, None]) -> None:
    """Do it, or leave it where it is after so long."""
    task = asyncio.create_task(step)
    try:
        await asyncio.wait([task], timeout=seconds)
    finally:
        if not task.done():
            log.warning("progress_left_behind")
            task.cancel()
