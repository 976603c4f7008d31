"""Webhook deliveries for tests: one of each form, and the recorded ones."""

import json
from pathlib import Path
from typing import Any

from shared.bots import Bot
from shared.inbound import InboundMessage

RECORDINGS = Path(__file__).parent / "recordings" / "main"
RECORDED_KEY = "3-52d8d3ea9c87"
"""The key of the recorded bot "Assistant"."""


def recorded() -> dict[str, bytes]:
    """Every webhook body that Campfire (main) was recorded to send and that is there whole."""
    bodies = {}
    for file in sorted(RECORDINGS.glob("[rw]*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        for number, request in enumerate(case["webhook_requests"]):
            if request["body_json"]:
                bodies[f"{file.stem}-{number}"] = request["body_text"].encode()
    return bodies


def delivery(
    *,
    key: str = "7-abcdef123456",
    room_id: int = 2,
    message_id: int = 1,
    plain: str = "hello",
    room_name: str = "Support",
    **changes: Any,
) -> dict[str, Any]:
    """A delivery as Campfire sends it."""
    return {
        "user": {"id": 1, "name": "Ada Admin"},
        "room": {"id": room_id, "name": room_name, "path": f"/rooms/{room_id}/{key}/messages"},
        "message": {
            "id": message_id,
            "body": {"html": f"<p>{plain}</p>", "plain": plain},
            "path": f"/rooms/{room_id}/@{message_id}",
        },
    } | changes


def answering_bots(*bot_ids: str) -> dict[str, Bot]:
    """Bots that answer other bots, by id."""
    return {
        bot_id: Bot(id=bot_id, name=bot_id, system_prompt="x", answers_bots=True)
        for bot_id in bot_ids
    }


def inbound(
    number: int = 1,
    *,
    room_id: int = 2,
    bot_id: str = "assistant",
    accepted_ms: int = 1,
    **changes: Any,
) -> InboundMessage:
    """A validated message."""
    return InboundMessage(
        bot_id=bot_id,
        room_id=room_id,
        room_name="Support",
        user_id=1,
        user_name="Ada Admin",
        message_id=str(number),
        text=f"message {number}",
        html=None,
        accepted_ms=accepted_ms,
        **changes,
    )
