"""The service's own sentences, one YAML file a language. Both processes speak in rooms.

What the operator's page says has files of its own, in `page`; its names begin with `page.`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

Language = Literal["en", "zh"]
"""`LANGUAGE`: what the service itself speaks; agents answer in the language they are asked in."""


class Catalogue:
    """One language's sentences by dotted name, such as `busy.next`. Plain text, no markup."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)

    def say(self, name: str, /, **values: object) -> str:
        """The sentence with its values filled in; raises KeyError for an unknown name or value."""
        return self._sentences[name].format(**values)

    def knows(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self._sentences

    def listed(self, names: list[str]) -> str:
        """Names as people list them: `Ada, Bo and Eva`; raises IndexError for none."""
        return self._joined(names, "and")

    def either(self, names: list[str]) -> str:
        """Names of which one is meant: `Ada, Bo or Eva`; raises IndexError for none."""
        return self._joined(names, "or")

    def _joined(self, names: list[str], word: str) -> str:
        *some, last = names
        return self.say(word, some=self.say("comma").join(some), last=last) if some else last

    def items(self) -> Mapping[str, str]:
        """Every sentence as it stands in the file, by name."""
        return self._sentences


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language; raises OSError or yaml.YAMLError where the file is broken."""
    here, name = Path(__file__).parent, f"{language}.yaml"
    return Catalogue({**_read(here / name), **_read(here / "page" / name, "page.")})


def _read(file: Path, prefix: str = "") -> dict[str, str]:
    # In Python alone reading both files takes a process's start 150 ms, by libyaml 15.
    return dict(_flat(yaml.load(file.read_text(encoding="utf-8"), Loader), prefix))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flat(value, f"{prefix}{name}.")
