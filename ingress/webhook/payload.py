"""From the bytes of a webhook delivery to an inbound message. Pure: no I/O, no clock."""

import json
import re
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.errors import Malformed
from shared.inbound import InboundMessage

_ROOM_PATH = re.compile(r"/rooms/[0-9]+/([^/?]+)/messages")

Id = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
Name = Annotated[str, Field(strict=True)]
OwnId = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Person(BaseModel):
    id: Id | None = None
    name: Name = ""


class _Room(BaseModel):
    id: Id
    name: Name | None = None
    path: Name | None = None


class _Body(BaseModel):
    html: Name | None = None
    plain: Name | None = None


class _Message(BaseModel):
    id: Id
    body: _Body


class Payload(BaseModel):
    """What Campfire sends, or the older form of v1: `creator`, `room`, `content`, `id`.

    Source: docs/campfire.md, "The webhook"; w01 to w30; `tests/recordings/seed_commands.md`.
    """

    model_config = ConfigDict(extra="ignore")

    user: _Person = Field(validation_alias=AliasChoices("user", "creator"))
    room: _Room
    message: _Message | None = None
    content: Name | None = None
    id: Id | OwnId | None = None

    @property
    def bot_key(self) -> str | None:
        """The bot's key, which Campfire puts in `room.path`: its only proof of who calls."""
        match = _ROOM_PATH.fullmatch(self.room.path or "")
        return match[1] if match else None

    @property
    def message_id(self) -> str | None:
        """The id a second delivery of the same message would carry too; None: it has none."""
        known = self.message.id if self.message else self.id
        return None if known is None else str(known)

    def inbound(
        self, bot_id: str, message_id: str, accepted_ms: int, *, from_bot: bool = False
    ) -> InboundMessage:
        """The record of this delivery for one bot."""
        body = self.message.body if self.message else _Body(plain=self.content)
        return InboundMessage(
            bot_id=bot_id,
            room_id=self.room.id,
            room_name=self.room.name,
            user_id=self.user.id,
            user_name=self.user.name,
            from_bot=from_bot,
            message_id=message_id,
            text=body.plain or "",
            html=body.html,
            # Of a file Campfire sends its name and no HTML (docs/campfire.md; w15, w16, w62).
            is_file=self.message is not None and body.html is None and bool(body.plain),
            accepted_ms=accepted_ms,
        )


def parse(body: bytes) -> Payload:
    """Read a delivery; raises Malformed, whose reason names fields but never their values."""
    try:
        delivery = Payload.model_validate_json(body)
    except ValidationError as error:
        raise Malformed(_reason(error)) from None
    if delivery.message is None and delivery.content is None:
        raise Malformed("neither message nor content")
    if b"\\u0000" in body and _holds_nul(json.loads(body)):
        raise Malformed("a NUL character")
    return delivery


def _reason(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        ".".join(str(part) for part in problem["loc"]) + ": " + problem["type"]
        for problem in problems[:5]
    )


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(_holds_nul(item) for item in value)
    return isinstance(value, str) and "\0" in value
