"""What a watcher says over the WebSocket: read, bounded, and accepted like any other message."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Self

import structlog
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress.intake.reception import Reception
from shared.acceptance.control_word import marks
from shared.bots import Bot
from shared.control_words import NUMBERED, ControlWord, TypedWord, recognise
from shared.inbound import InboundMessage
from shared.keys import Keys, plain
from shared.lane import Lane, room_called

Text = Annotated[str, StringConstraints(min_length=1, max_length=16_000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
TalkAnswer = dict[str, Any]

log = structlog.get_logger()


class TalkFrame(BaseModel):
    """`{"say": "text", "name": "Ada"}`, or `{"control": "stop"}`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    say: Text | None = None
    control: ControlWord | None = None
    name: Name = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.say is None) == (self.control is None):
            raise ValueError("say or control")
        return self


@dataclass(frozen=True, slots=True)
class Talk:
    """Takes in what one lane's watchers say, where they may talk to its bot."""

    lane: Lane
    bot: Bot
    reception: Reception
    redis: Redis
    keys: Keys

    async def hear(self, frame: str, name: str = "") -> TalkAnswer:
        """Take one message; gives what the watcher is told of it.

        `name` is what whoever has their link speaks as; empty: as they say (an operator).
        """
        try:
            said = TalkFrame.model_validate_json(frame)
        except ValidationError as error:
            return {"error": _complaint(error)}
        if said.control and self.bot.word_names.get(said.control) == ():
            return {"error": "this bot has no such word, or its file forbids it"}
        if said.control in NUMBERED:
            return {"error": "say it, with its number"}
        if name and said.name not in ("", name):
            return {"error": "name: this link speaks as somebody else"}
        message = await self._message(said, name or said.name)
        where = await self.reception.take(message)
        log.info("live_message_" + where, **self.keys.log_context(message))
        if where in ("accepted", "spooled"):
            return {"accepted": plain(self.keys.job_id(message))}
        return {"refused": where}

    async def _message(self, said: TalkFrame, name: str) -> InboundMessage:
        return InboundMessage(
            bot_id=self.lane.bot_id,
            room_id=self.lane.room_id,
            room_name=await self._room_name(),
            user_id=None,
            user_name=name,
            # Not a number: in the room there is no such message.
            message_id=f"live-{uuid.uuid4().hex}",
            text=said.say or said.control or "",
            html=None,
            **marks(self._order(said)),
            accepted_ms=self.reception.time.now_ms(),
        )

    def _order(self, said: TalkFrame) -> TypedWord | None:
        if said.control:
            return TypedWord(said.control)
        return recognise(said.say or "", self.bot.word_names, self.bot.name)

    async def _room_name(self) -> str | None:
        """By it the message has the rights of a room or of a ping, with Redis away a room's."""
        try:
            stored = await self.redis.hget(self.keys.room_names, str(self.lane))  # type: ignore[misc]
        except (RedisError, OSError):
            stored = None
        return room_called(self.lane, stored)


def _complaint(error: ValidationError) -> str:
    """Names fields, never what stood in them."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        ".".join(str(part) for part in problem["loc"]) + ": " + problem["type"]
        for problem in problems[:3]
    ).lstrip(": ")
