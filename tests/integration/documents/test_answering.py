"""A child that is asked something and answers, in its cage."""

import pytest

from consumer.documents import answering
from consumer.documents.answering import Answering, TooMuchTold
from consumer.documents.caged import Errand

TALKER = Errand(module="this", arguments=())
"""Python's own: it tells 857 bytes and reads nothing."""


async def test_a_child_that_does_not_listen_is_heard_all_the_same() -> None:
    """It may end before it has taken all that it was given."""
    told = await Answering().answer(TALKER, b"x" * 1_000_000, seconds=60)
    assert told.startswith(b"The Zen of Python")
    assert len(told) == 857


async def test_a_child_that_tells_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever took it over: what it tells lies in our memory, which its bounds do not count."""
    monkeypatch.setattr(answering, "MOST_TOLD", 800)
    with pytest.raises(TooMuchTold):
        await Answering().answer(TALKER, b"", seconds=60)
