"""Messages of the bot's own: made, changed, taken away."""

from consumer.campfire.answers import expect, new_id, read
from consumer.campfire.messages import Message, message_from
from consumer.campfire.requests.files import UNKNOWN, media_type
from consumer.campfire.requests.form import file_form
from consumer.campfire.requests.http import UPLOAD_TIMEOUT_S
from consumer.campfire.requests.wire import PLAIN, Wire


async def create(wire: Wire, room_id: int, key: str, html: str) -> str:
    """Post a message; its id."""
    answer = await wire.once(
        "POST", room_id, key, "", body=html.encode(errors="replace"), kind=PLAIN
    )
    return new_id(expect(answer, 201))


async def attach(
    wire: Wire, room_id: int, key: str, filename: str, content: bytes, *, plain: bool = False
) -> str:
    """Post a file; its message's id. Campfire has no caption: other fields are ignored (a25).

    `plain`: as bytes of no type, so that a picture is not analysed.
    """
    of_file = UNKNOWN if plain else media_type(filename, content)
    kind, body = file_form("attachment", filename, content, of_file)
    answer = await wire.once(
        "POST", room_id, key, "", body=body, kind=kind, timeout_s=UPLOAD_TIMEOUT_S
    )
    return new_id(expect(answer, 201))


async def edit(wire: Wire, room_id: int, key: str, message_id: str, html: str) -> Message:
    """Give a message another body; open browsers show it at once, nobody is notified."""
    answer = await wire.again(
        "PATCH",
        room_id,
        key,
        f"/{message_id}",
        body=html.encode(errors="replace"),
        kind=PLAIN,
    )
    return read(expect(answer, 200), message_from)


async def delete(wire: Wire, room_id: int, key: str, message_id: str) -> None:
    """Take a message away."""
    expect(await wire.again("DELETE", room_id, key, f"/{message_id}"), 204)
