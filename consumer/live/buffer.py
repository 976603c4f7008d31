"""What of one lane is not in Redis yet: bounded, deltas joined, the oldest text dropped first."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from shared.between_processes.live_events import Gap, LiveEvent, TextDelta

JOINED_CHARS = 8192
"""A run of deltas longer than this becomes a second event."""
MAX_EVENTS = 64
"""Together with JOINED_CHARS: half a million characters a lane, however long Redis is away."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that go to Redis together, all or none. A batch sent twice keeps its id."""

    id: str
    events: tuple[LiveEvent, ...]
    is_repeat: bool = False
    """It was sent before, and may have arrived."""


@dataclass(slots=True)
class LaneBuffer:
    """Takes events in, gives them as one batch at a time."""

    _waiting: deque[LiveEvent] = field(default_factory=deque)
    _delta: TextDelta | None = None
    """The newest event while more text may join it, and the text that did."""
    _joined: list[str] = field(default_factory=list)
    _chars: int = 0
    _gap: Gap | None = None
    _sent: Batch | None = None
    """Sent, and its arrival not confirmed."""

    def add(self, event: LiveEvent) -> None:
        """Take one in; never more than the bounds hold."""
        if not isinstance(event, TextDelta):
            self._close_text()
            self._push(event)
            return
        for piece in _pieces(event):
            self._add_text(piece)

    def batch(self, new_id: str) -> Batch | None:
        """What to send now: the unconfirmed batch again, or all that waits; None: nothing."""
        self._close_text()
        if self._sent is not None:
            self._sent = replace(self._sent, is_repeat=True)
        elif self._waiting:
            gap = () if self._gap is None else (self._gap,)
            self._sent = Batch(new_id, (*gap, *self._waiting))
            self._waiting.clear()
            self._gap = None
        return self._sent

    @property
    def is_on_its_way(self) -> bool:
        """Whether a batch was sent, and its arrival not confirmed."""
        return self._sent is not None

    def take_back_last(self) -> None:
        """The last event of the batch that was sent has not happened."""
        if self._sent is not None:
            *others, _ = self._sent.events
            self._sent = replace(self._sent, events=tuple(others)) if others else None

    def confirm(self) -> None:
        """The batch has arrived, or nobody wants it."""
        self._sent = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, and nothing is under way."""
        return self._sent is None and self._delta is None and not self._waiting

    def _add_text(self, piece: TextDelta) -> None:
        last = self._delta
        if last and last.job == piece.job and self._chars + len(piece.text) <= JOINED_CHARS:
            self._joined.append(piece.text)
        else:
            self._close_text()
            self._delta = piece
        self._chars += len(piece.text)

    def _close_text(self) -> None:
        """Join once, not at every token: that would copy the text anew each time."""
        if self._delta is not None:
            text = self._delta.text + "".join(self._joined)
            self._push(self._delta.model_copy(update={"text": text}))
        self._delta, self._chars = None, 0
        self._joined.clear()

    def _push(self, event: LiveEvent) -> None:
        self._waiting.append(event)
        if len(self._waiting) > MAX_EVENTS:
            self._drop_one()

    def _drop_one(self) -> None:
        """Drop the oldest text, or where there is none the oldest event; a gap tells of it."""
        texts = (n for n, event in enumerate(self._waiting) if isinstance(event, TextDelta))
        at = next(texts, 0)
        dropped = self._waiting[at]
        del self._waiting[at]
        self._gap = self._gap or Gap(job=dropped.job, at_ms=dropped.at_ms)


def _pieces(event: TextDelta) -> Iterator[TextDelta]:
    """A delta that is too long by itself, in several."""
    if len(event.text) <= JOINED_CHARS:
        yield event
        return
    for start in range(0, len(event.text), JOINED_CHARS):
        yield event.model_copy(update={"text": event.text[start : start + JOINED_CHARS]})
