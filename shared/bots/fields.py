"""The keys of a bot file: what each may hold, said as the end of a sentence that begins with it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast, get_args

from shared.cli_tools import refusal
from shared.control_words import CONTROL_WORDS, LONGEST, ControlWord, Names, clashes, folded

BOT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

Busy = Literal["queue", "collect"]
"""Several messages in a row from one person: a turn each, or one turn for all that wait."""
Progress = Literal["steps", "edit", "quiet", "off"]
"""Signs of life in the room: boosts that say how long it takes and what is done; a message that
says so, in shared rooms, and in pings `steps`; 👀 and ✅ alone; nothing."""

Check = Callable[[object], str | None]
"""The complaint about a value, None when it is good."""


def control_words(value: Mapping[str, Any]) -> Names:
    """The names in a `control_words` that was checked; `false` forbids a word: no name at all."""
    return {cast("ControlWord", word): _named(name) for word, name in value.items()}


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "must be a text that is not empty"


def _id(value: object) -> str | None:
    if isinstance(value, str) and BOT_ID.fullmatch(value):
        return None
    return "must be lower-case letters, digits, - and _, 64 at most"


def _tools(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(tool, str) and tool for tool in value):
        return None
    return "must be a list of tool names"


def _count(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return None
    return "must be a whole number above 0"


def _truth(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _busy(value: object) -> str | None:
    known = get_args(Busy)
    return None if value in known else f"must be one of {', '.join(known)}"


def _progress(value: object) -> str | None:
    known = get_args(Progress)
    return None if value in known else f"must be one of {', '.join(known)} (off in quotes)"


def _hours(value: object) -> str | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if number and 0 < value < float("inf") else "must be a number of hours above 0"  # type: ignore[operator]


def _control_words(value: object) -> str | None:
    if not isinstance(value, dict) or not all(map(_is_name, value.values())):
        return "must be lines of `word: another name`, or `word: false` to forbid it"
    if unknown := [str(word) for word in value if word not in CONTROL_WORDS]:
        return f"has no {', '.join(unknown)} (known: {', '.join(CONTROL_WORDS)})"
    return "; ".join(clashes(control_words(value))) or None


def _is_name(value: object) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return value is False or all(map(_can_be_typed, names))


def _can_be_typed(name: object) -> bool:
    return isinstance(name, str) and len(name) <= LONGEST and bool(folded(name))


def _named(value: Any) -> tuple[str, ...]:
    if value is False:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


CHECKS: Mapping[str, Check] = {
    "id": _id,
    "name": _text,
    "model": _text,
    "system_prompt": _text,
    "system_prompt_file": _text,
    "tools": _tools,
    "max_turns": _count,
    "answers_bots": _truth,
    "busy": _busy,
    "progress": _progress,
    "session_ttl_hours": _hours,
    "help": _text,
    "control_words": _control_words,
}

ITEM_CHECKS: Mapping[str, Callable[[str], str | None]] = {"tools": refusal}
"""What is said of a single item of a list, with the line of that item."""
