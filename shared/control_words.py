"""Control words: what a person types to a bot that is an order to the service, not to the agent.

Recognised where a message is accepted, in every language, by the names the bot's file gives them.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from shared.catalogue import Catalogue, Language, catalogue

ControlWord = Literal["stop", "stop all", "new", "status", "help", "usage"]
CONTROL_WORDS: tuple[ControlWord, ...] = get_args(ControlWord)

Names = Mapping[ControlWord, tuple[str, ...]]
"""What a bot's file calls some of the words; a word with no name at all is forbidden."""

_QUESTIONS = frozenset[ControlWord]({"status", "help", "usage"})
"""May be asked with a question mark; who writes "new?" or "stop?" has not given an order."""

_MARKS = " \t\r\n/.,!?。、~…"
LONGEST = 100
"""Characters of a name at most: longer messages, some are a megabyte, are not even folded."""


def recognise(text: str, renamed: Names) -> ControlWord | None:
    """The control word that this is, as a whole; None for anything else.

    `text` stands without the mention. Case, width, a leading slash and marks around do not count.
    """
    if len(text) > LONGEST:
        return None
    found = meanings(renamed).get(folded(text))
    return None if _is_asked(text) and found not in _QUESTIONS else found


def meanings(renamed: Names) -> dict[str, ControlWord]:
    """What a bot takes each folded name for."""
    return {folded(name): word for word, name in _names(renamed)}


def names_of(word: ControlWord, renamed: Names, words: Catalogue) -> tuple[str, ...]:
    """What people of a language may type for it, the best first; empty where it is forbidden."""
    return renamed[word] if word in renamed else _built_in(word, words)


def folded(text: str) -> str:
    """The text without what does not count: `/Stop!` and `ＳＴＯＰ` are `stop`."""
    return " ".join(_plain(text).strip(_MARKS).split())


def clashes(renamed: Names) -> Iterator[str]:
    """Every name that would mean two words, as a complaint."""
    known: dict[str, ControlWord] = {}
    for word, name in _names(renamed):
        other = known.setdefault(folded(name), word)
        if other != word:
            yield f"{name!r} would mean both {other} and {word}"


def _is_asked(text: str) -> bool:
    return _plain(text).rstrip().endswith("?")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _names(renamed: Names) -> Iterator[tuple[ControlWord, str]]:
    for word in CONTROL_WORDS:
        if word in renamed:
            yield from ((word, name) for name in renamed[word])
        else:
            for language in get_args(Language):
                names = _built_in(word, catalogue(language))
                yield from ((word, name) for name in names)


def _built_in(word: ControlWord, words: Catalogue) -> tuple[str, ...]:
    listed = words.say(f"control_word.{word.replace(' ', '_')}")
    return tuple(name.strip() for name in listed.replace("、", ",").split(","))
