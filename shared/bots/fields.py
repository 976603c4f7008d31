"""What the keys of a bot file may hold, and what is said of a value that is something else."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, cast, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    WrapValidator,
)

from shared.cli_tools import refusal
from shared.control_words import CONTROL_WORDS, LONGEST, ControlWord, Names, clashes
from shared.folding import folded

Busy = Literal["queue", "collect"]
"""Several messages in a row from one person: a turn each, or one turn for all that wait."""
Progress = Literal["steps", "edit", "quiet", "off"]
"""Signs of life in the room: boosts that say how long it takes and what is done; a message that
says so, in shared rooms, and in pings `steps`; 👀 and ✅ alone; nothing."""

Effort = Literal["low", "medium", "high", "xhigh", "max"]
"""How much the model thinks before it answers; the CLI's word for it."""
_ALIASES = frozenset({"sonnet", "opus", "haiku", "fable", "best", "opusplan", "inherit", "default"})
_A_MODEL = "claude-haiku-4-5"

Value = TypeVar("Value")


def said(complaint: str) -> WrapValidator:
    """Whatever is wrong with a value is said as `key complaint`.

    A key without a value is wrong too: what a bot does not say is left out of its file.
    """

    def check(value: object, validate: Callable[[object], Value]) -> Value:
        try:
            if value is not None:
                return validate(value)
        except ValidationError:
            pass
        raise ValueError(complaint)

    return WrapValidator(check)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError
    return text


NO_TEXT = "must be a text that is not empty"
Text = Annotated[str, AfterValidator(_not_blank)]

BOT_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
BotId = Annotated[
    str,
    StringConstraints(pattern=BOT_ID),
    said("must be lower-case letters, digits, - and _, 64 at most"),
]
Name = Annotated[Text, said(NO_TEXT)]
OwnText = Annotated[Text | None, said(NO_TEXT)]
Count = Annotated[
    Annotated[int, Field(gt=0)] | None,
    said("must be a whole number above 0"),
]
Truth = Annotated[bool, said("must be true or false")]
Hours = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    said("must be a number of hours above 0"),
]
Seconds = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)], said("must be a number of seconds above 0")
]
OwnBusy = Annotated[Busy | None, said(f"must be one of {', '.join(get_args(Busy))}")]
OwnProgress = Annotated[
    Progress | None,
    said(f"must be one of {', '.join(get_args(Progress))} (off in quotes)"),
]


def listed(complaint: str) -> BeforeValidator:
    """What is no list of texts is said as `key complaint`; what is wrong with an item, with it."""

    def check(value: object) -> object:
        items = list(cast("list[object]", value)) if isinstance(value, list | tuple) else None
        if items is not None and all(isinstance(item, str) and item.strip() for item in items):
            return value
        raise ValueError(complaint)

    return BeforeValidator(check)


def _grantable(tool: str) -> str:
    if complaint := refusal(tool):
        raise ValueError(complaint)
    return tool


OwnEffort = Annotated[Effort | None, said(f"must be one of {', '.join(get_args(Effort))}")]


def _full_id(model: str) -> str:
    """The CLI takes an alias for whatever it thinks the newest is (docs/claude-agent-sdk.md)."""
    plain = model.partition("[")[0].lower()
    if plain in _ALIASES or not re.search("[0-9]", plain):
        raise ValueError(f"must be a model's full id, as {_A_MODEL}: {model!r} is none")
    return model


FullModel = Annotated[Name, AfterValidator(_full_id)]
OwnModel = Annotated[
    Annotated[Text | None, said(NO_TEXT)],
    AfterValidator(lambda model: model if model is None else _full_id(model)),
]

NO_TOOLS = "must be a list of tool names"
Many = Annotated[tuple[Value, ...], Field(strict=False)]
"""A list in the file, `Many[Rule]`; what is wrong with one item is said with that item's line."""

Tools = Annotated[Many[Annotated[str, AfterValidator(_grantable)]], listed(NO_TOOLS)]


def words_by_name(value: object) -> object:
    """Lines by control word; `yes` and `no` without quotes are true and false to YAML."""
    if not isinstance(value, Mapping):
        return value
    plain: Mapping[object, object] = {True: "yes", False: "no"}
    return {
        plain.get(word, word) if isinstance(word, bool) else word: it for word, it in value.items()
    }


def _names(value: object) -> Names:
    """The names that a file gives to control words; `false` forbids a word: no name at all."""
    value = words_by_name(value)
    if not isinstance(value, Mapping) or not all(map(_is_name, value.values())):
        raise ValueError("must be lines of `word: another name`, or `word: false` to forbid it")
    if unknown := [str(word) for word in value if word not in CONTROL_WORDS]:
        known = ", ".join(CONTROL_WORDS)
        raise ValueError(f"has no {', '.join(unknown)} (known: {known})")
    names = {cast("ControlWord", word): _named(name) for word, name in value.items()}
    if complaints := list(clashes(names)):
        raise ValueError("; ".join(complaints))
    return names


def _is_name(value: object) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return value is False or isinstance(value, tuple) or all(map(_can_be_typed, names))


def _can_be_typed(name: object) -> bool:
    return isinstance(name, str) and len(name) <= LONGEST and bool(folded(name))


def _named(value: Any) -> tuple[str, ...]:
    if value is False:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def by_name(values: object) -> object:
    """Before a dict of sections: YAML would take a number, or true, for a name."""
    if isinstance(values, Mapping) and all(isinstance(name, str) and name for name in values):
        return values
    raise ValueError("must be lines of `name: …`")


ByName = BeforeValidator(by_name)
OtherNames = Annotated[Names, BeforeValidator(_names)]
