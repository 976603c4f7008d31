"""Rooms where nobody can have spoken since a lane's last look, which then need not be read again.

Campfire numbers the messages of all rooms in one row: where all numbers between the last turn's
message and this one are our own posts, there is nothing to be told. What is known is this
process's alone and bounded: without it the room is read.
"""

from collections import OrderedDict
from dataclasses import replace

from consumer.briefing.briefed import Mark
from consumer.campfire.messages import Message
from consumer.campfire.recent_ids import RecentIds
from shared.inbound import InboundMessage
from shared.lane import Lane

MOST_LANES = 500

Seen = tuple[Message, ...]


class QuietRooms:
    """Keeps who was seen in each lane's room, without their words."""

    def __init__(self, own: RecentIds) -> None:
        self._own = own
        self._seen: OrderedDict[Lane, Seen] = OrderedDict()

    def keep(self, lane: Lane, seen: Seen) -> None:
        """This was the newest page of the lane's room."""
        self._seen.pop(lane, None)
        self._seen[lane] = tuple(replace(message, text="", html="") for message in seen)
        if len(self._seen) > MOST_LANES:
            self._seen.popitem(last=False)

    def since(self, message: InboundMessage, asked: int, mark: Mark) -> Seen | None:
        """Who was seen before, where nothing can have been said since; None: look.

        `asked` is the message's number. Whoever asks has to be among them: else nobody knows
        whether it is a bot.
        """
        seen = self._seen.get(message.lane)
        if seen is None or not asked or not mark.told or mark.reset > mark.told:
            return None
        authors = {found.creator.id for found in seen if found.creator is not None}
        if message.user_id not in authors or not self._own.fill(mark.told, asked):
            return None
        return seen
