"""I11: a time that comes is done once at most; one that is missed is said; none is lost."""

from collections.abc import Iterator

from tests.faults.history import Event, History, Violation, by_message

MISSED = "missed"


def each_time_once(history: History) -> Iterator[Violation]:
    """I11, of reminders and schedules alike."""
    posts = by_message(post for post in history.of("posted") if post.detail != "notice")
    endings = by_message(history.of("settled"))
    for due in history.of("due"):
        posted = posts.get(due.message, [])
        yield from _at_most_once(history, due, posted)
        ended = [event.detail for event in endings.get(due.message, [])]
        if not ended:
            how = "still waits" if due.message in history.pending else "is gone"
            yield Violation("I11", due.message, f"was due and {how}")
        elif ended != ["expired" if due.detail == MISSED else "completed"]:
            yield Violation("I11", due.message, f"ended {ended}")
        elif not posted:
            yield Violation("I11", due.message, "came, and the room saw nothing of it")


def _at_most_once(history: History, due: Event, posted: list[Event]) -> Iterator[Violation]:
    copies = posted[1:]
    if copies and (history.index or not all(copy.labelled for copy in copies)):
        yield Violation("I11", due.message, f"came {len(posted)} times")
