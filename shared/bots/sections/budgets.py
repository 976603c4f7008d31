"""What a bot may use up: by the bot, by room, by person, in a time; and in one turn."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self, cast, get_args

from pydantic import BeforeValidator, Field, model_validator

from shared.bots.fields import Count, Many, said
from shared.bots.sections.section import Section

Per = Literal["hour", "day", "week", "month"]
Scope = Literal["person", "room", "bot"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

Dollars = Annotated[
    Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] | None,
    said("must be a number of US dollars above 0, a million at most"),
]
Share = Annotated[
    Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)],
    said("must be a number between 0 and 1, as 0.8"),
]
OwnPer = Annotated[Per, said(f"must be one of {', '.join(get_args(Per))}")]
Must = Annotated[Annotated[int, Field(gt=0)], said("must be a whole number above 0")]


class Budget(Section):
    """One bound of each kind at most, and the time after which all begin anew."""

    usd: Dollars = None
    """As the Claude CLI prices its models (`shared.bots.priced_models`)."""
    tokens: Count = None
    """All that models read, from the API's cache too, and write."""
    messages: Count = None
    """That begin a turn; control words do not count."""
    per: OwnPer = "day"

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if (self.usd, self.tokens, self.messages) == (None, None, None):
            raise ValueError("bounds nothing: say usd, tokens or messages")
        return self


class TurnBudget(Section):
    """What one turn may use, subagents included."""

    tokens: Must


class MessageBound(Section):
    """How long a message may be."""

    characters: Must


def _several(value: object) -> object:
    """One budget may stand without the list around it."""
    items = list(cast("list[object]", value)) if isinstance(value, list | tuple) else [value]
    if not items or not all(isinstance(item, dict | Budget) for item in items):
        raise ValueError("must be a budget, as {tokens: 400000, per: day}, or a list of them")
    return items


OwnBudgets = Annotated[Many[Budget], BeforeValidator(_several)]


class Budgets(Section):
    """What is left out is not bounded."""

    bot: OwnBudgets = ()
    """Of all that it does, also for nobody."""
    room: OwnBudgets = ()
    """Of what it does in each room or ping."""
    person: OwnBudgets = ()
    """Of what it does for each person."""
    turn: TurnBudget | None = None
    message: MessageBound | None = None
    warn_at: Share = 0.8
    """The share of a budget at which the room is warned, once in its time."""

    def of(self, scope: Scope) -> tuple[Budget, ...]:
        """The budgets of the bot, those of each room, or those of each person."""
        return {"bot": self.bot, "room": self.room, "person": self.person}[scope]

    def all(self) -> Iterator[tuple[Scope, int, Budget]]:
        """Each budget, with its place in its list."""
        for scope in SCOPES:
            yield from ((scope, number, budget) for number, budget in enumerate(self.of(scope)))
