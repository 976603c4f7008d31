"""`@Name` of a person whose id is known becomes a mention; how it is learnt: consumer.mentions.

Only a mention that Campfire itself has signed tells the person and calls the bot; any other is only
drawn, and one that is malformed breaks the room (docs/campfire.md, "Mentions"; w03, a84, a175).
"""

import re
from collections.abc import Iterator

from consumer.mentions.people import People
from consumer.rendering.pieces import Mention, Piece, Text

_AT = re.compile(r"(?<![A-Za-z0-9_.+@/-])@")
"""Not within a mail address or a path; Chinese may stand right before the @."""


def with_mentions(text: str, people: People) -> Iterator[Piece]:
    """The text with its mentions in place."""
    end = 0
    for at in _AT.finditer(text):
        name = people.name_at(text, at.end())
        if name and at.start() >= end:
            yield Text(text[end : at.start()])
            yield Mention(name, people.sgid(name) or "")
            end = at.end() + len(name)
    yield Text(text[end:])
