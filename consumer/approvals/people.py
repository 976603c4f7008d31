"""Remembers what people are called, so that a request can name who may answer it."""

from collections import OrderedDict
from collections.abc import Callable, Mapping

from shared.inbound import InboundMessage

MOST = 5_000


class PeopleHeard:
    """People's names, from what they said since this process started, else from mentions."""

    def __init__(self, mentioned: Callable[[], Mapping[int, str]]) -> None:
        """`mentioned`: names by user id, as far as mentions have shown them."""
        self._mentioned = mentioned
        self._heard: OrderedDict[int, str] = OrderedDict()

    def heard(self, message: InboundMessage) -> None:
        """Somebody has said something; what a person is called now counts."""
        if message.user_id is None or not message.user_name.strip():
            return
        self._heard[message.user_id] = message.user_name
        self._heard.move_to_end(message.user_id)
        if len(self._heard) > MOST:
            self._heard.popitem(last=False)

    def names(self) -> Mapping[int, str]:
        """What people are called, by user id."""
        return {**self._mentioned(), **self._heard}
