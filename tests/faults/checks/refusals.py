"""I13: who is not answered is told so, once where Campfire can be read, and gets no answer."""

from collections.abc import Iterator

from tests.faults.history import History, Violation, by_message


def refused_are_told(history: History) -> Iterator[Violation]:
    """In lanes that a bot's file closes: each message ends `ignored`, and the room knows why."""
    endings = by_message(history.of("settled"))
    posts = list(history.of("posted"))
    for lane in sorted(history.closed):
        taken = {event.message for event in history.of("acknowledged") if event.lane == lane}
        ended = taken - history.pending
        for message in sorted(ended):
            how = [end.detail for end in endings.get(message, [])]
            if how != ["ignored"]:
                yield Violation("I13", message, f"was not to be answered, and ended {how}")
        here = [post for post in posts if post.lane == lane]
        for post in here:
            if post.detail == "reply":
                yield Violation("I13", post.message, "was not to be answered, and was")
        told = sum(post.detail == "told" for post in here)
        if ended and not told:
            yield Violation("I13", lane, "was refused in silence")
        if history.index and told > 1:
            yield Violation("I13", lane, f"was told {told} times in a day")
