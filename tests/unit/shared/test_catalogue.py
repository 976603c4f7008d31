"""The service's sentences: the same in every language."""

import string
from typing import get_args

import pytest

from consumer.agent import errors as turn_errors
from consumer.agent.errors import TurnFailed
from shared.catalogue import Language, catalogue

LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_every_language_says_everything() -> None:
    """A sentence that one language lacks would be a KeyError in somebody's room."""
    names = {language: set(catalogue(language).items()) for language in LANGUAGES}
    assert names["en"] == names["zh"]


def test_every_language_fills_in_the_same_values() -> None:
    """A value that one language leaves out, or misspells, is found here and not in the room."""
    for name in catalogue("en").items():
        assert _values("en", name) == _values("zh", name), name


def test_every_error_has_a_sentence() -> None:
    """What the room reads is a whole sentence without a trace of the machinery."""
    kinds = [kind for kind in vars(turn_errors).values() if _is_turn_error(kind)]
    assert len(kinds) > 10
    for kind in kinds:
        sentence = catalogue("en").say(f"error.{kind.__name__}")
        assert sentence.endswith(".")
        assert not {"API", "Error", "CLI", "SDK"} & set(sentence.replace("API key", "").split())


def test_names_are_listed_as_people_do() -> None:
    """Commas, and a word before the last."""
    assert catalogue("en").listed(["Ada", "Bo", "Eva"]) == "Ada, Bo and Eva"
    assert catalogue("zh").listed(["Ada", "Bo", "Eva"]) == "Ada、Bo和Eva"
    assert catalogue("en").listed(["Ada"]) == "Ada"


def _values(language: Language, name: str) -> set[str]:
    fields = string.Formatter().parse(catalogue(language).items()[name])
    return {field for _, field, _, _ in fields if field}


def _is_turn_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, TurnFailed) and kind is not TurnFailed


@pytest.mark.parametrize(("language", "said"), [("en", "Ada, Bo or Eva"), ("zh", "Ada、Bo或Eva")])
def test_one_of_several_is_asked_with_or(language: Language, said: str) -> None:
    """Did you mean this and that: nobody means both."""
    assert catalogue(language).either(["Ada", "Bo", "Eva"]) == said
