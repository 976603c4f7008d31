"""Boosts: the short signs under a message."""

from consumer.campfire.answers import expect, read
from consumer.campfire.messages import LONGEST_BOOST, Boost, boost_from
from consumer.campfire.requests.wire import PLAIN, Wire


async def create(wire: Wire, room_id: int, key: str, message_id: str, content: str) -> Boost:
    """Put a boost on any message of the room."""
    answer = await wire.once(
        "POST",
        room_id,
        key,
        f"/{message_id}/boosts",
        body=content[:LONGEST_BOOST].encode(errors="replace"),
        kind=PLAIN,
    )
    return read(expect(answer, 201), boost_from)


async def delete(wire: Wire, room_id: int, key: str, message_id: str, boost_id: int) -> None:
    """Take the bot's own boost away."""
    path = f"/{message_id}/boosts/{boost_id}"
    expect(await wire.again("DELETE", room_id, key, path), 204)
