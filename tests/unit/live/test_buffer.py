"""What waits for Redis: in order, joined, bounded, and honest about what was dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.live.buffer import JOINED_CHARS, MAX_EVENTS, Batch, LaneBuffer
from shared.between_processes.live_events import (
    Gap,
    LiveEvent,
    Settled,
    Started,
    TextDelta,
    ToolStarted,
)


def delta(text: str, job: str = "j") -> TextDelta:
    return TextDelta(job=job, at_ms=1, text=text)


def tool(number: int) -> ToolStarted:
    return ToolStarted(job="j", at_ms=1, id=str(number), name="Read")


def batch(buffer: LaneBuffer) -> tuple[LiveEvent, ...]:
    sent = buffer.batch("b")
    assert isinstance(sent, Batch)
    return sent.events


def test_deltas_in_a_row_are_one_event() -> None:
    """Text is joined until something else happens, or another message speaks."""
    buffer = LaneBuffer()
    started = Started(job="j", at_ms=1, tier="hot")
    for event in (started, delta("a"), delta("b"), tool(1), delta("c"), delta("d", "k")):
        buffer.add(event)
    assert batch(buffer) == (started, delta("ab"), tool(1), delta("c"), delta("d", "k"))


@given(st.lists(st.text(min_size=1, max_size=3 * JOINED_CHARS), max_size=5))
def test_no_character_is_lost_or_moved(texts: list[str]) -> None:
    """Joined and cut as may be, the text of a batch is the text that was told."""
    buffer = LaneBuffer()
    for text in texts:
        buffer.add(delta(text))
    events = batch(buffer) if texts else ()
    found = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(found) == "".join(texts)
    assert all(len(text) <= JOINED_CHARS for text in found)


def test_an_unconfirmed_batch_is_given_again_as_it_was() -> None:
    """What was told since waits for the next batch: the first may be in Redis already."""
    buffer = LaneBuffer()
    buffer.add(delta("a"))
    batches = [buffer.batch("1")]
    buffer.add(delta("b"))
    batches.append(buffer.batch("2"))
    buffer.confirm()
    batches.append(buffer.batch("3"))
    buffer.confirm()
    batches.append(buffer.batch("4"))
    first = Batch("1", (delta("a"),))
    again = Batch("1", (delta("a"),), is_repeat=True)
    assert batches == [first, again, Batch("3", (delta("b"),)), None]
    assert buffer.is_empty


def test_the_oldest_text_goes_first_and_a_gap_says_so() -> None:
    """A megabyte told in an outage is held in bounds; the end of the turn is never dropped."""
    buffer = LaneBuffer()
    buffer.add(Started(job="j", at_ms=1, tier="hot"))
    buffer.add(delta("x" * 1_000_000))
    buffer.add(Settled(job="j", at_ms=2, outcome="completed"))
    gap, started, *texts, settled = batch(buffer)
    assert isinstance(gap, Gap)
    assert isinstance(started, Started)
    assert isinstance(settled, Settled)
    assert 1 + len(texts) + 1 == MAX_EVENTS
    assert sum(len(event.text) for event in texts if isinstance(event, TextDelta)) < 600_000


@pytest.mark.parametrize("count", [MAX_EVENTS + 1, 10 * MAX_EVENTS])
def test_without_text_the_oldest_events_go(count: int) -> None:
    """A turn of nothing but tools is bounded too, and one gap tells of all that went."""
    buffer = LaneBuffer()
    for number in range(count):
        buffer.add(tool(number))
    gap, *tools = batch(buffer)
    assert isinstance(gap, Gap)
    assert tools == [tool(number) for number in range(count - MAX_EVENTS, count)]
