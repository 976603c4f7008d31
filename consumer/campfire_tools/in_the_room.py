"""Who is of a room, as far as its talk shows: Campfire gives bots no list. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from consumer.addressing.mentionable import Mentionable
from consumer.campfire.bodies.mentions import mentions
from consumer.campfire.messages import Message
from shared.inbound import InboundMessage


def can_be_called(
    who: Mentionable, asked: InboundMessage, recent: Sequence[Message], names: Mapping[int, str]
) -> dict[str, str]:
    """The signed ids of people of the room by their names, as these are written.

    Of those who asked, wrote or were mentioned there lately; `names`: everybody's who is known.
    """
    seen = {" ".join(name.split()) for name in _seen(asked, recent, names)}
    return {name: sgid for name in sorted(seen) if (sgid := who.people.sgid(name))}


def _seen(
    asked: InboundMessage, recent: Sequence[Message], names: Mapping[int, str]
) -> Iterator[str]:
    yield asked.user_name
    bodies = [asked.html or ""]
    for message in recent:
        if message.creator is not None:
            yield message.creator.name
        if message.creator is None or not message.creator.is_bot:
            bodies.append(message.html)
    for body in bodies:
        for mention in mentions(body) if "<action-text" in body else ():
            yield names.get(mention.user_id or 0, "")
