"""What the model is told where Campfire, or the queue, lets an act fail."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from consumer.campfire.errors import (
    BadPost,
    CampfireUnavailable,
    CampfireUnclear,
    Gone,
    NotInRoom,
    NotOffered,
    NotYours,
)
from consumer.queue.errors import Fenced
from consumer.toolboxes import ToolFailed
from shared.errors import CampfireError

_WHY: tuple[tuple[type[Exception], str], ...] = (
    (Fenced, "It was not done: another process works on this message now."),
    (
        CampfireUnclear,
        "Nobody knows whether Campfire did it: the connection broke. Call this tool again with the "
        "same input: it is looked for first, and not done twice.",
    ),
    (CampfireUnavailable, "It was not done: Campfire cannot be reached right now."),
    (NotOffered, "It was not done: this Campfire does not let bots do that."),
    (Gone, "It was not done: that message is not in this room, or not any more."),
    (NotYours, "It was not done: that message is somebody else's."),
    (NotInRoom, "It was not done: you are not in this room any more."),
    (BadPost, "It was not done: Campfire does not accept it."),
)
_OTHERWISE = "It was not done: Campfire refused it."

log = structlog.get_logger()


@contextmanager
def told_to_the_model(tool: str) -> Iterator[None]:
    """Within this block a CampfireError and a lost claim become a ToolFailed."""
    try:
        yield
    except (CampfireError, Fenced) as error:
        log.warning("tool_refused", tool=tool, error=type(error).__name__)
        why = next((why for kind, why in _WHY if isinstance(error, kind)), _OTHERWISE)
        raise ToolFailed(why) from error
