"""The tools `post`, `mention`, `edit` and `delete`: further messages of a turn, beside its answer.

They are rendered and cut as answers are. The model knows them by their number in the turn.
"""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel, Field

from consumer.addressing.mentionable import Mentionable, mentionable
from consumer.campfire.client import Campfire
from consumer.campfire.errors import NoIndex
from consumer.campfire.messages import Message
from consumer.campfire_tools.acts.acting import Acting, TurnActs
from consumer.campfire_tools.acts.failures import told_to_the_model
from consumer.campfire_tools.acts.ledger import Posted
from consumer.campfire_tools.in_the_room import can_be_called
from consumer.campfire_tools.toolbox import Grants
from consumer.campfire_tools.wording import parts_of, told
from consumer.mentions.book import MentionBook
from consumer.queue.claim import Claim
from consumer.rendering.pieces import Mention, Piece
from consumer.toolboxes import Asking, Result, Tool, ToolFailed

MOST_OF_A_TURN = 10
"""Messages that one turn may post beside its answer."""
LONGEST = 20_000
"""Characters: more than the messages of one call can hold."""
TOO_LONG_FOR_ONE = "Nothing was changed: that is too long for one message. Say it shorter."
TOO_MANY = (
    f"It was not posted: a turn may post {MOST_OF_A_TURN} messages beside its answer. Put the rest "
    "into your answer."
)


class Words(BaseModel):
    """What `post` takes."""

    text: str = Field(min_length=1, max_length=LONGEST, description="Markdown")


class Call(BaseModel):
    """What `mention` takes."""

    name: str = Field(min_length=1, max_length=200, description="as the room shows it, without @")
    text: str = Field(min_length=1, max_length=LONGEST, description="Markdown, after the mention")


class Change(BaseModel):
    """What `edit` takes."""

    number: int = Field(ge=1, description="as `post` gave it")
    text: str = Field(min_length=1, max_length=LONGEST, description="Markdown")


class Which(BaseModel):
    """What `delete` takes."""

    number: int = Field(ge=1, description="as `post` gave it")


class Posting:
    """The tools; `grants` gives them by what a bot's file calls them."""

    def __init__(self, acting: Acting, campfire: Campfire, book: MentionBook) -> None:
        self._acting, self._campfire, self._book = acting, campfire, book

    @property
    def grants(self) -> Grants:
        """`post`, `edit` (and delete), `mention`."""
        post = Tool(
            name="post",
            description=(
                "Post a further message into this room, beside your answer, which is posted by "
                "itself when you have ended: do not post that. For what people should see before, "
                "or apart from it. `@Name` mentions people as in an answer."
            ),
            input=Words,
            run=self._post,
            changes=True,
        )
        mention = Tool(
            name="mention",
            description=(
                "Post a further message into this room that begins with a mention, so that this "
                "person of the room is notified. Only where somebody asks for it, or has to know."
            ),
            input=Call,
            run=self._mention,
            changes=True,
        )
        edit = Tool(
            name="edit",
            description="Change a message that you posted with `post` in this turn.",
            input=Change,
            run=self._edit,
            changes=True,
        )
        delete = Tool(
            name="delete",
            description="Take away a message that you posted with `post` in this turn.",
            input=Which,
            run=self._delete,
            changes=True,
        )
        own = (edit, delete)
        return {"post": (post,), "mention": (mention,), "edit": own}

    async def _post(self, words: Words, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        with told_to_the_model("post"):
            who = self._who(acts.claim, await self._recent(acts.claim))
            return await _posted(acts, asking, words.text, who)

    async def _mention(self, call: Call, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        with told_to_the_model("mention"):
            recent = await self._recent(acts.claim)
            who = self._who(acts.claim, recent)
            here = can_be_called(who, acts.claim.message, recent, self._book.names())
            plain = " ".join(call.name.removeprefix("@").split()).lower()
            name = next((name for name in here if name.lower() == plain), None)
            if name is None:
                raise ToolFailed(_nobody(here, asking))
            return await _posted(acts, asking, call.text, who, [Mention(name, here[name])])

    async def _edit(self, change: Change, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        with told_to_the_model("edit"):
            who = self._who(acts.claim, await self._recent(acts.claim))
            parts = await _parts(change.text, who)
            if len(parts) > 1:
                raise ToolFailed(TOO_LONG_FOR_ONE)
            await acts.posts.edit(change.number, parts[0])
        return Result(f"Message {change.number} says this now.")

    async def _delete(self, which: Which, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        with told_to_the_model("delete"):
            await acts.posts.delete(which.number)
        return Result(f"Message {which.number} is gone.")

    async def _recent(self, claim: Claim) -> Sequence[Message]:
        """The room's newest messages; none where Campfire shows none."""
        if not (await self._campfire.probe()).index:
            return ()
        try:
            return (await self._campfire.room(claim.message.lane).page()).messages
        except NoIndex:
            return ()

    def _who(self, claim: Claim, recent: Sequence[Message]) -> Mentionable:
        return mentionable(claim.message, recent, self._book, can_edit=False)


async def _posted(
    acts: TurnActs, asking: Asking, text: str, who: Mentionable, opening: Sequence[Piece] = ()
) -> Result:
    """Each part is a message of its own number."""
    parts = await _parts(text, who, opening)
    if acts.posts.count + len(parts) > MOST_OF_A_TURN:
        raise ToolFailed(TOO_MANY)
    return Result(told(await acts.posts.post(parts), asking.boundary))


async def _parts(text: str, who: Mentionable, opening: Sequence[Piece] = ()) -> list[Posted]:
    """Beside the loop: a table of 20,000 characters takes seconds."""
    return await asyncio.to_thread(parts_of, text, who, opening)


def _nobody(here: dict[str, str], asking: Asking) -> str:
    known = asking.boundary.around(", ".join(here)) if here else "nobody"
    return (
        "It was not posted: nobody of that name can be notified in this room, as far as it is "
        f"known who is here. Of this room you can mention: {known}."
    )
