"""Who may talk to a bot, and where: what a message has to be before it becomes a turn."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field

from shared.bots.fields import Truth, words_by_name
from shared.bots.sections.access.who import Everyone, MayType, OwnListed, may_type
from shared.bots.sections.section import Section
from shared.control_words import CONTROL_WORDS, ControlWord


def _control(value: object) -> dict[ControlWord, MayType]:
    value = words_by_name(value)
    lines: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}
    if not lines:
        raise ValueError("must be lines of `word: who`, as new: [7, admins]")
    if unknown := [str(word) for word in lines if word not in CONTROL_WORDS]:
        raise ValueError(f"has no {', '.join(unknown)} (known: {', '.join(CONTROL_WORDS)})")
    return {cast("ControlWord", word): _of_word(word, who) for word, who in lines.items()}


def _of_word(word: str, who: object) -> MayType:
    try:
        return may_type(who)
    except ValueError as error:
        raise ValueError(
            f"of {word} {str(error).replace('everyone,', 'everyone, approvers,')}"
        ) from error


class People(Section):
    """What is left out is as without the section."""

    talk: Everyone = "everyone"
    """Who is answered at all."""
    approve: OwnListed = ()
    """Whom `approvers` stands for."""
    control: Annotated[dict[ControlWord, MayType], BeforeValidator(_control)] = Field(
        default_factory=dict
    )
    """Who of them may type which control word; `stop` of one's own message everybody may."""


def _rooms(value: object) -> tuple[int, ...]:
    ids = tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else (None,)
    if not all(isinstance(room, int) and room is not True and room > 0 for room in ids):
        raise ValueError("must be a list of Campfire's room numbers, as [3, 9]")
    return cast("tuple[int, ...]", ids)


class Rooms(Section):
    """In which rooms the bot answers."""

    answer: Annotated[tuple[int, ...] | None, BeforeValidator(_rooms)] = None
    """Rooms by Campfire's number; None: all that it is in."""
    pings: Truth = True
    """Whether it answers in direct rooms."""
