"""What each lane's room has shown, of which only what came since has to be read.

Campfire numbers the messages of all rooms in one row: where all numbers between the last turn's
message and this one are our own posts, there is nothing to be told; where there are few, what came
since fits on a page. What is known is this process's alone and bounded: without it the room's
newest page is read.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from consumer.briefing.briefed import Mark
from consumer.campfire.messages import MOST_ON_A_PAGE, Message
from consumer.campfire.recent_ids import RecentIds
from shared.inbound import InboundMessage
from shared.lane import Lane

MOST_LANES = 500
FEW = 100
"""Numbers between two turns, of all rooms together: rarely more than a page are of one room."""

Seen = tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    seen: Seen
    """The newest messages, without their words: who wrote them is known."""
    until: int
    """Up to this message nobody who spoke is missing."""


class ShownRooms:
    """Keeps who was seen in each lane's room."""

    def __init__(self, own: RecentIds) -> None:
        self._own = own
        self._rooms: OrderedDict[Lane, _Shown] = OrderedDict()

    def keep(self, lane: Lane, seen: Seen) -> None:
        """These are the newest messages of the lane's room."""
        until = max((message.id for message in seen), default=0)
        wordless = tuple(replace(message, text="", html="") for message in seen)
        self._put(lane, _Shown(wordless, until))

    def quiet(self, message: InboundMessage, asked: int, mark: Mark) -> Seen | None:
        """Who was seen before, where nothing can have been said since; None: look.

        `asked` is the message's number. Whoever asks has to be among them: else nobody knows
        whether it is a bot.
        """
        shown = self._rooms.get(message.lane)
        if shown is None or not asked or not _goes_on(mark):
            return None
        authors = {found.creator.id for found in shown.seen if found.creator is not None}
        if message.user_id not in authors or not self._own.fill(mark.told, asked):
            return None
        if shown.until >= mark.told:
            self._put(message.lane, replace(shown, until=max(shown.until, asked)))
        return shown.seen

    def before(self, message: InboundMessage, asked: int, mark: Mark) -> Seen | None:
        """Who was seen up to the mark, where what came since fits on a page most probably; None:
        read the newest page."""
        shown = self._rooms.get(message.lane)
        if shown is None or not _goes_on(mark) or shown.until < mark.told:
            return None
        return shown.seen if mark.told < asked <= mark.told + FEW else None

    def _put(self, lane: Lane, shown: _Shown) -> None:
        self._rooms[lane] = shown
        self._rooms.move_to_end(lane)
        if len(self._rooms) > MOST_LANES:
            self._rooms.popitem(last=False)


def joined(before: Iterable[Message], since: Iterable[Message]) -> Seen:
    """As many as a page holds, the newest, oldest first. Pure."""
    newest = {message.id: message for message in (*before, *since)}
    return tuple(newest[number] for number in sorted(newest)[-MOST_ON_A_PAGE:])


def _goes_on(mark: Mark) -> bool:
    """Whether the agent was told of the room before, in the conversation that it is in."""
    return bool(mark.told) and mark.reset <= mark.told
