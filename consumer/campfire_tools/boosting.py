"""The tool `boost`: a short sign under a message of the room."""

from pydantic import BaseModel, Field

from consumer.campfire.messages import LONGEST_BOOST
from consumer.campfire_tools.acts.acting import Acting
from consumer.campfire_tools.acts.boosts import How
from consumer.campfire_tools.acts.failures import told_to_the_model
from consumer.campfire_tools.toolbox import Grants
from consumer.toolboxes import Asking, Result, Tool, ToolFailed

MOST_OF_A_TURN = 10
TOO_MANY = f"It was not done: a turn may put up {MOST_OF_A_TURN} boosts."
_HOW: dict[How, str] = {
    "put up": "The boost stands there now.",
    "stood": "Nothing was done: an earlier attempt at this answer has put it up.",
    "changed": "It stands in the place of what an earlier attempt at this answer had put up.",
}


class Sign(BaseModel):
    """What `boost` takes."""

    text: str = Field(
        min_length=1,
        max_length=LONGEST_BOOST,
        pattern=r"\S",
        description="an emoji, or a word or two",
    )
    message: int | None = Field(
        default=None,
        ge=1,
        description="Campfire's number of the message; left out: what you answer",
    )


class Boosting:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @property
    def grants(self) -> Grants:
        """`boost`."""
        boost = Tool(
            name="boost",
            description=f"Put a short sign, at most {LONGEST_BOOST} characters, under a message.",
            input=Sign,
            run=self._boost,
            changes=True,
        )
        return {"boost": (boost,)}

    async def _boost(self, sign: Sign, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        if acts.boosts.count >= MOST_OF_A_TURN:
            raise ToolFailed(TOO_MANY)
        on = acts.claim.message.message_id if sign.message is None else str(sign.message)
        with told_to_the_model("boost"):
            return Result(_HOW[await acts.boosts.boost(on, sign.text.strip())])
