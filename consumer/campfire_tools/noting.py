"""The tool `remember`: a note for this lane, in the asker's own words.

It is kept in the step in which the answer is stored, which says so below: a turn that fails, is
stopped, or runs again has noted nothing by then.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, Field
from redis.exceptions import RedisError

from consumer.campfire_tools.acts.acting import Acting, TurnActs
from consumer.campfire_tools.own_words import own_words
from consumer.campfire_tools.toolbox import Grants
from consumer.notes.notes import LONGEST, MOST, Note, Notes
from consumer.toolboxes import Asker, Asking, Result, Tool, ToolFailed

MOST_OF_A_TURN = 5
NOBODY_ASKS = (
    "It was not noted: only a person who asks you can have something noted, and nobody is known to "
    "ask here."
)
OTHERS_WORDS = (
    "It was not noted: a note is in the words of the person who asks for it. Give a part of their "
    "message, as it stands there; nothing that you have read elsewhere, that they quote, or that "
    "you have put in other words."
)
TOO_LONG = f"It was not noted: as it stands there it has more than {LONGEST} characters."
FULL = f"It was not noted: there are {MOST} notes here. People can take some away."
TOO_MANY = f"It was not noted: a turn may note {MOST_OF_A_TURN} things."
NO_STORE = "It was not noted: the notes cannot be read right now."


class Words(BaseModel):
    """What `remember` takes."""

    text: str = Field(
        min_length=1,
        max_length=LONGEST,
        description="a part of the message that you answer, word for word",
    )


class Noting:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(self, acting: Acting, notes: Notes, now: Callable[[], datetime]) -> None:
        self._acting, self._notes, self._now = acting, notes, now

    @property
    def grants(self) -> Grants:
        """`notes`."""
        remember = Tool(
            name="remember",
            description=(
                "Note something that the person who asks you wants remembered in this room, beyond "
                "this conversation. Only when that person asks for it, and in their own words. The "
                "room is told of it below your answer. You are shown the notes by yourself."
            ),
            input=Words,
            run=self._remember,
            changes=True,
        )
        return {"notes": (remember,)}

    async def _remember(self, words: Words, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        asker = _asker(asking)
        said = [message for _, message in acts.claim.said] or [acts.claim.message]
        text = await asyncio.to_thread(own_words, words.text, said)
        if text is None:
            raise ToolFailed(OTHERS_WORDS)
        if len(text) > LONGEST:
            raise ToolFailed(TOO_LONG)
        try:
            return await self._noted(text, acts, asker, asking)
        except RedisError as error:
            raise ToolFailed(NO_STORE) from error

    async def _noted(self, text: str, acts: TurnActs, asker: Asker, asking: Asking) -> Result:
        kept = [*await self._notes.of(asking.lane), *acts.notes]
        if (same := next((note for note in kept if note.text == text), None)) is not None:
            return Result(f"It is noted already, as {same.number}.")
        if len(kept) >= MOST:
            raise ToolFailed(FULL)
        if len(acts.notes) >= MOST_OF_A_TURN:
            raise ToolFailed(TOO_MANY)
        number = await self._notes.new_number(asking.lane)
        at_ms = round(self._now().timestamp() * 1000)
        acts.notes.append(
            Note(number=number, text=text, by=asker.name, user_id=asker.user_id, at_ms=at_ms)
        )
        return Result(f"Noted as {number} with your answer, below which the room is told.")


def _asker(asking: Asking) -> Asker:
    """The person; raises ToolFailed where there is none."""
    if asking.asker is None or asking.unattended or asking.subagent:
        raise ToolFailed(NOBODY_ASKS)
    return asking.asker
