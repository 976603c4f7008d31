"""Whether a file of ours is in the room, as both Campfires show one."""

from datetime import UTC, datetime

import pytest

from consumer.campfire.messages import Creator, Message
from consumer.campfire.own_posts import is_own_file

BOT, OTHER = Creator(3, "Assistant", "bot"), Creator(4, "Second Bot", "bot")
EMPTY = '<div class="trix-content"></div>'


def _message(
    text: str, html: str = EMPTY, creator: Creator | None = BOT, number: int = 9
) -> Message:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Message(number, at, text, html, creator, 2)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (_message("report 1.pdf"), True),
        (_message("report-1.pdf"), True),  # Rails changes signs of a name
        (_message("", ""), True),  # the port shows nothing of a file
        (_message("other.pdf"), False),
        (_message("report 1.pdf", creator=OTHER), False),
        (_message("report 1.pdf", creator=None), False),
        (_message("report 1.pdf", number=5), False),
        (_message("report 1.pdf is here", "<p>report 1.pdf is here</p>"), False),
        (_message("👍", "<p>👍</p>"), False),
    ],
)
def test_a_file_is_known_by_its_name_or_by_having_no_text(message: Message, found: bool) -> None:
    """The bot's own message, newer than the last one known, with that name or without a word."""
    assert is_own_file(3, "report 1.pdf", after=5)(message) is found
