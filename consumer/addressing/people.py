"""Whose name is whose in an answer, and who is a bot: from the room's recent talk. Pure."""

from collections.abc import Mapping, Sequence

from consumer.campfire.messages import Message
from shared.inbound import InboundMessage


def people_of(
    asked: InboundMessage, recent: Sequence[Message], others: Mapping[str, int]
) -> dict[str, int]:
    """User ids by lower-case name: the asker, recent authors whose name is theirs alone, others.

    A name of the room's people is nobody else's, and none where two of them have it.
    """
    ids: dict[str, set[int]] = {}
    for author in (message.creator for message in recent):
        if author is not None and author.name.strip():
            ids.setdefault(author.name.lower(), set()).add(author.id)
    elsewhere = {name: user_id for name, user_id in others.items() if name not in ids}
    here = {name: found.pop() for name, found in ids.items() if len(found) == 1}
    people = {**elsewhere, **here}
    asker = " ".join(asked.user_name.split()).lower()
    return people if asked.user_id is None or not asker else {**people, asker: asked.user_id}


def is_bot(user_id: int, recent: Sequence[Message]) -> bool:
    """Whether the room shows this author as a bot: a webhook does not say."""
    authors = (message.creator for message in recent)
    return any(author.id == user_id and author.is_bot for author in authors if author)
