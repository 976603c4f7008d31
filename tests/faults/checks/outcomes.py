"""I1, I4, I7: a message taken has one outcome that somebody sees, one reply, and is not lost."""

from collections.abc import Iterator

from tests.faults.history import Event, History, Violation, by_message

TOLD = {"failed", "dead", "expired"}
"""Endings without an answer, of which the room is told."""


def one_outcome(history: History) -> Iterator[Violation]:
    """I1: every message acknowledged reaches exactly one visible outcome."""
    endings = by_message(history.of("settled"))
    posts = by_message(history.of("posted"))
    told = [event for event in history.of("posted") if event.detail == "told"]
    told_of = {event.message for event in told} | {event.lane for event in told}
    for message, taken in _taken(history).items():
        ends = endings.get(message, [])
        if not ends:
            if message in history.pending:
                yield Violation("I1", message, "has no outcome: it still waits")
            continue
        if len(ends) > 1:
            yield Violation("I1", message, f"has outcomes {[end.detail for end in ends]}")
        replies = [post for post in posts.get(message, []) if post.detail == "reply"]
        yield from _visible(history, taken, ends[0], replies, told_of)
    for event in history.of("bounced"):
        if event.message in posts or event.message in endings:
            yield Violation("I1", event.message, "was turned away in the room and answered too")


def _visible(
    history: History, taken: Event, end: Event, replies: list[Event], told_of: set[str]
) -> Iterator[Violation]:
    message, ending = end.message, end.detail
    if ending == "completed" and not replies:
        yield Violation("I1", message, "is completed, but the room saw no answer")
    if ending in TOLD and replies:
        yield Violation("I1", message, f"ended {ending}, but was answered too")
    # Of what is too old, one sentence tells for the whole lane.
    told = (taken.lane if ending == "expired" else message) in told_of
    if ending in TOLD and not told and taken.lane not in history.unreachable:
        yield Violation("I1", message, f"ended {ending}, but nobody was told in {taken.lane}")


def one_reply(history: History) -> Iterator[Violation]:
    """I4: at most one reply; a labelled second copy only where the room cannot be read."""
    replies = (post for post in history.of("posted") if post.detail == "reply")
    for message, posts in by_message(replies).items():
        copies = posts[1:]
        if not copies or (not history.index and all(copy.labelled for copy in copies)):
            continue
        numbers = [post.number for post in posts]
        label = "labelled" if all(copy.labelled for copy in copies) else "no label"
        yield Violation("I4", message, f"was answered {len(posts)} times: {numbers} ({label})")


def nothing_missing(history: History) -> Iterator[Violation]:
    """I7: nothing acknowledged is missing, nothing well-formed is refused."""
    ended = {event.message for event in history.of("settled")}
    for message in _taken(history):
        if message not in ended and message not in history.pending:
            yield Violation("I7", message, "was acknowledged and is gone")
    for event in history.of("refused"):
        yield Violation("I7", event.message, f"was refused: {event.detail}")


def _taken(history: History) -> dict[str, Event]:
    """The acknowledged messages, each with its first acknowledgement."""
    return {
        message: events[0] for message, events in by_message(history.of("acknowledged")).items()
    }
