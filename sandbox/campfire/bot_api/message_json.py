"""Messages and boosts as the bot API's JSON shows them (Rails' jbuilder views)."""

from typing import Any

from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.rails.signed_ids import avatar_path
from sandbox.campfire.stored.messages import Boost, Message
from sandbox.campfire.stored.people import Person


def message_json(chat: Chat, message: Message, base_url: str) -> dict[str, Any]:
    """One message; `base_url` without a slash at the end."""
    creator = chat.people.get(message.creator_id)
    return {
        "id": message.id,
        "created_at": message.created_at,
        "body": {
            "plain_text": chat.plain_text(message),
            "html": rendered_body(message.html, chat.people.name_of),
        },
        "creator": creator and person_json(creator, base_url),
        "room": {"id": message.room_id},
        "url": message_url(message, base_url),
    }


def boost_json(chat: Chat, message: Message, boost: Boost, base_url: str) -> dict[str, Any]:
    """One boost."""
    booster = chat.people.get(boost.booster_id)
    return {
        "id": boost.id,
        "content": boost.content,
        "created_at": boost.created_at,
        "booster": booster and person_json(booster, base_url),
        "message": {"id": message.id, "url": message_url(message, base_url)},
    }


def person_json(person: Person, base_url: str) -> dict[str, Any]:
    """Who wrote it."""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "avatar_url": f"{base_url}{avatar_path(person.id)}",
    }


def message_url(message: Message, base_url: str) -> str:
    """The message's place in the room."""
    return f"{base_url}/rooms/{message.room_id}/messages/{message.id}"
