"""The kinds of file that we read, by the ends of their names."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from io import BytesIO
from typing import cast

from consumer.documents.section import Section, Trouble, Unreadable, cut

Convert = Callable[[BytesIO], Iterable[Section]]

_MODULES: Mapping[str, str] = {
    ".csv": "delimited",
    ".docx": "word",
    ".htm": "html",
    ".html": "html",
    ".markdown": "markdown",
    ".md": "markdown",
    ".odt": "open_text",
    ".pdf": "pdf",
    ".pptx": "slides",
    ".rtf": "rich",
    ".text": "text",
    ".tsv": "delimited",
    ".txt": "text",
    ".xlsx": "sheets",
}
KINDS = frozenset(_MODULES)
MOST_CHARACTERS = 10_000_000
"""Of text in one document."""


def kind_of(name: str) -> str:
    """The end of a file's name, `.md`; empty where there is none."""
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and stem else ""


def converted(data: bytes, kind: str) -> list[Section]:
    """The sections of a document; raises Unreadable, and whatever a library raises of bad files."""
    if kind not in KINDS:
        raise Unreadable(Trouble.KIND)
    sections, characters = list[Section](), 0
    for section in _converter(kind)(BytesIO(data)):
        characters += len(section.text)
        if characters > MOST_CHARACTERS:
            raise Unreadable(Trouble.LONG)
        sections += cut(section)
    if not any(section.text or section.headings for section in sections):
        raise Unreadable(Trouble.EMPTY)
    return sections


def load_converters(kinds: Iterable[str]) -> None:
    """Import those that will be needed, before processes are forked that each would."""
    for kind in KINDS & set(kinds):
        _converter(kind)


def _converter(kind: str) -> Convert:
    module = import_module(f"{__name__}.{_MODULES[kind]}")
    return cast("Convert", module.sections)
