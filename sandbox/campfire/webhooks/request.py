"""The webhook request, byte for byte as Rails sends it (recorded with Ruby: t02)."""

import re
from urllib.parse import urlsplit

from sandbox.campfire.rails.active_support_json import rails_json
from sandbox.campfire.stored.messages import Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import Room

_OUTER_SPACE = re.compile(r"\A\s+|\s+\Z")


def webhook_body(author: Person, room: Room, bot: Person, message: Message, plain: str) -> bytes:
    """The JSON that tells `bot` of a message; `plain` is the message's text with its mentions.

    `room.path` carries the bot's key: never log the result.
    """
    payload = {
        "user": {"id": author.id, "name": author.name},
        "room": {
            "id": room.id,
            "name": room.name,
            "path": f"/rooms/{room.id}/{bot.bot_key}/messages",
        },
        "message": {
            "id": message.id,
            "body": {"html": message.html, "plain": without_mention(plain, bot.name)},
            "path": f"/rooms/{room.id}/@{message.id}",
        },
    }
    return rails_json(payload).encode()


def without_mention(plain: str, bot_name: str) -> str:
    """The text without any `@<bot's name>`, stripped at the ends; inner spaces stay (w12)."""
    return _OUTER_SPACE.sub("", plain.replace(f"@{bot_name}", ""))


def webhook_headers(url: str, body: bytes) -> list[tuple[str, str]]:
    """Exactly the headers that Ruby's net/http sends, in its order."""
    return [
        ("Content-Type", "application/json"),
        ("Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3"),
        ("Accept", "*/*"),
        ("User-Agent", "Ruby"),
        ("Host", urlsplit(url).netloc.rpartition("@")[2]),
        ("Connection", "close"),
        ("Content-Length", str(len(body))),
    ]
