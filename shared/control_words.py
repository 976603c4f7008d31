"""Control words: what a person types to a bot that is meant for the service, not for the agent.

Recognised where a message is accepted, in every language, by the names the bot's file gives them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from shared.catalogue import Catalogue, Language, catalogue
from shared.folding import folded, is_asked, plain_signs
from shared.times.zones import LONGEST as LONGEST_ZONE
from shared.times.zones import zone_named

ControlWord = Literal[
    "stop",
    "stop all",
    "new",
    "status",
    "help",
    "usage",
    "notes",
    "forget",
    "forget all",
    "reminders",
    "cancel reminder",
    "timezone",
    "yes",
    "no",
    "show",
]
CONTROL_WORDS: tuple[ControlWord, ...] = get_args(ControlWord)

Names = Mapping[ControlWord, tuple[str, ...]]
"""What a bot's file calls some of the words; a word with no name at all is forbidden."""

NUMBERED = frozenset[ControlWord]({"forget", "cancel reminder", "yes", "no", "show"})
"""Each is one with the number of something behind it, and none without."""
ANSWERS = frozenset[ControlWord]({"yes", "no"})
"""Of these one without a number may be one too, where it is plain what it answers."""
OF_REQUESTS = frozenset[ControlWord]({"yes", "no", "show"})
"""Those of a bot that has people asked before it uses a tool; to any other, ordinary words."""
OF_NOTES = frozenset[ControlWord]({"notes", "forget", "forget all"})
"""Those of a bot that takes notes; to any other they are ordinary words."""
OF_SOMEBODYS = frozenset[ControlWord]({"forget", "forget all", "cancel reminder"})
"""They end what is somebody's own: another's by approvers alone (shared.bots.admission)."""
OF_TIMES = frozenset[ControlWord]({"reminders", "cancel reminder", "timezone"})
"""Those of a bot that reminds people; to any other they are ordinary words."""
_NUMBER = re.compile(r"(?P<name>.*[^\s0-9#第])\s*[#第]?\s*(?P<number>[0-9]{1,6})\s*[条條号號]?")
"""`forget 2`, `forget #2`, `忘记第2条`."""

_QUESTIONS = frozenset[ControlWord]({"status", "help", "usage", "notes", "reminders", "timezone"})
"""May be asked with a question mark; who writes "new?" or "stop?" has not typed one."""

LONGEST = 100
"""Characters of a name at most: longer messages, some are a megabyte, are not even folded."""


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A control word, as somebody typed it."""

    word: ControlWord
    number: int | None = None
    """Of what is meant, where the word is one of NUMBERED; None: a bare one of ANSWERS."""
    text: str | None = None
    """What stands behind `timezone`: one word, or the name of a zone, without regard to case."""


def recognise(
    text: str, renamed: Names, called: str = "", *, bare: bool = False
) -> TypedWord | None:
    """The control word that this is, as a whole; None for anything else.

    Case, width, what is unseen, and any sign around that is no letter and no digit (quotes,
    brackets, stars, emoji) do not count; nor does a mention, by the name the bot is `called`, where
    Campfire has left it. `bare`: whether a yes or no without a number may be one here.
    """
    if len(text) > LONGEST:
        return None
    plain = _unmentioned(plain_signs(text), _name(called))
    typed = _typed(folded(plain), meanings(renamed), bare=bare)
    if typed is None or (is_asked(plain) and not _may_be_asked(typed)):
        return None
    return typed


def _may_be_asked(typed: TypedWord) -> bool:
    return typed.word in _QUESTIONS and typed.text is None


def _typed(name: str, known: Mapping[str, ControlWord], *, bare: bool) -> TypedWord | None:
    if (word := known.get(name)) is not None:
        needs_number = word in NUMBERED - (ANSWERS if bare else frozenset())
        return None if needs_number else TypedWord(word)
    numbered = _NUMBER.fullmatch(name)
    word = known.get(numbered["name"]) if numbered else None
    if numbered is None or word is None or word not in NUMBERED:
        return _with_zone(name, known)
    return TypedWord(word, int(numbered["number"]))


def _with_zone(name: str, known: Mapping[str, ControlWord]) -> TypedWord | None:
    """`timezone Europe/Berlin`, `时区Asia/Shanghai`: one word behind it, whatever it is, so that
    who mistypes is told; more are a sentence, unless they are the name of a zone: `New York`."""
    for called in (called for called, word in known.items() if word == "timezone"):
        behind = name.removeprefix(called).lstrip(":： ")
        runs_on = name[len(called) : len(called) + 1].isalnum()
        apart = not runs_on or (not called[-1].isascii() and behind.isascii())
        if name.startswith(called) and behind and apart and _is_zone(behind):
            return TypedWord("timezone", text=behind)
    return None


def _is_zone(behind: str) -> bool:
    return len(behind) <= LONGEST_ZONE and (" " not in behind or zone_named(behind) is not None)


def meanings(renamed: Names) -> Mapping[str, ControlWord]:
    """What a bot takes each folded name for; folded once, since every message asks."""
    return _meanings(frozenset(renamed.items()))


def names_of(word: ControlWord, renamed: Names, sentences: Catalogue) -> tuple[str, ...]:
    """What people of a language may type for it, the best first; empty where it is forbidden."""
    return renamed[word] if word in renamed else _built_in(word, sentences)


def clashes(renamed: Names) -> Iterator[str]:
    """Every name that would mean two words, as a complaint."""
    known: dict[str, ControlWord] = {}
    for word, name in _names(renamed):
        other = known.setdefault(folded(name), word)
        if other != word:
            yield f"{name!r} would mean both {other} and {word}"


@lru_cache(maxsize=256)
def _meanings(
    renamed: frozenset[tuple[ControlWord, tuple[str, ...]]],
) -> Mapping[str, ControlWord]:
    return {folded(name): word for word, name in _names(dict(renamed))}


@lru_cache(maxsize=256)
def _name(called: str) -> str:
    return plain_signs(called)


def _unmentioned(plain: str, called: str) -> str:
    start = plain.lstrip()
    return start.removeprefix(f"@{called}") if called else plain


def _names(renamed: Names) -> Iterator[tuple[ControlWord, str]]:
    for word in CONTROL_WORDS:
        if word in renamed:
            yield from ((word, name) for name in renamed[word])
        else:
            for language in get_args(Language):
                names = _built_in(word, catalogue(language))
                yield from ((word, name) for name in names)


def _built_in(word: ControlWord, sentences: Catalogue) -> tuple[str, ...]:
    listed = sentences.say(f"control_word.{word.replace(' ', '_')}")
    return tuple(name.strip() for name in listed.replace("、", ",").split(","))
