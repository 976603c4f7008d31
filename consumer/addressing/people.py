"""Whose name is whose in an answer, and who is a bot: from the room's recent talk. Pure."""

from collections.abc import Sequence

from consumer.campfire.messages import Message
from shared.inbound import InboundMessage


def people_of(asked: InboundMessage, recent: Sequence[Message]) -> dict[str, int | None]:
    """User ids of the room's people by lower-case name: the asker's, and recent authors'.

    None where two of them have the name: it is nobody's then, and nobody's elsewhere either.
    """
    ids: dict[str, set[int]] = {}
    for author in (message.creator for message in recent):
        if author is not None and author.name.strip():
            ids.setdefault(author.name.lower(), set()).add(author.id)
    people = {name: found.pop() if len(found) == 1 else None for name, found in ids.items()}
    asker = " ".join(asked.user_name.split()).lower()
    return people if asked.user_id is None or not asker else {**people, asker: asked.user_id}


def is_bot(user_id: int, recent: Sequence[Message]) -> bool:
    """Whether the room shows this author as a bot: a webhook does not say."""
    authors = (message.creator for message in recent)
    return any(author.id == user_id and author.is_bot for author in authors if author)
