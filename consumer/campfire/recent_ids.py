"""The numbers of our own newest messages, whatever their room: Campfire counts all rooms as one."""

from collections import deque

from shared.numbers import whole_number


class RecentIds:
    """Remembers the newest `most`, while this process lives."""

    def __init__(self, most: int = 1000) -> None:
        self._ids: deque[int] = deque(maxlen=most)

    def add(self, message_id: str) -> None:
        """We posted this; v1's form has no number, and is not remembered."""
        if (number := whole_number(message_id)) is not None:
            self._ids.append(number)

    def discard(self, message_id: str) -> None:
        """Forget a message that was deleted: its number may be given to somebody else's."""
        number = whole_number(message_id)
        if number is not None and number in self._ids:
            self._ids.remove(number)

    def fill(self, after: int, before: int) -> bool:
        """Whether every number between these two is one of ours, or there is none."""
        between = before - after - 1
        return between <= 0 or between == sum(after < known < before for known in self._ids)
