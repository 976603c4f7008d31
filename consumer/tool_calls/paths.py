"""Where the paths in a tool's input lead: after `..`, `~` and symbolic links.

Read as the CLI (2.1.330) reads them: relative to the lane's folder, blanks around them cut off.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer.tool_calls.rules import SHELLS

SEARCHERS = frozenset({"Glob", "Grep"})
"""Tools that walk down from the folder they are given."""
_NAMES_A_PATH = re.compile(r"(?:^|_|(?<=[a-z]))(?:path|file|folder|dir|directory|cwd)s?$", re.I)
_WILD = re.compile(r"[*?\[\]{}!()]")
_MOST_LINKS = 40
_OBEYED = frozenset({".claude", ".mcp.json", ".git", ".gitconfig", ".gitmodules"})
_ELSEWHERE = (("/", "proc"), ("/", "dev", "fd"))
"""Folders whose links say one thing to us and another to the CLI: `/proc/self/cwd`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The parts of the disk that matter to one client; absolute paths."""

    folder: Path
    """The lane's."""
    temp: Path
    """The client's."""
    ours: tuple[Path, ...]
    """DATA_DIR: transcripts, records, the other lanes; and the clients' temporary folders."""
    home: Path
    """What `~` means to the CLI."""
    readable: tuple[Path, ...]
    """Folders that the bot may read, and not write: its skills."""
    results: Path
    """Where the CLI puts tool results of this conversation that are too long for the model."""

    def is_ours(self, path: Path | None) -> bool:
        """Whether it is the service's own; None, a path that cannot be followed, counts as such."""
        if path is None:
            return True
        if any(path.is_relative_to(mine.resolve()) for mine in (self.folder, self.temp)):
            return False
        return any(path.is_relative_to(ours.resolve()) for ours in self.ours)

    def is_open(self, path: Path | None, *, reads: bool) -> bool:
        """Whether file tools may have it: what `reads` also may have what is only for reading."""
        if path is None:
            return False
        places = (self.folder, *((self.temp, self.results, *self.readable) if reads else ()))
        return any(path.is_relative_to(place.resolve()) for place in places)

    def is_obeyed(self, path: Path) -> bool:
        """Whether it is, in the lane's folder, what a CLI or git would take orders from."""
        folder = self.folder.resolve()
        parts = path.relative_to(folder).parts if path.is_relative_to(folder) else ()
        return any(part.lower() in _OBEYED for part in parts)

    def is_result(self, path: Path | None) -> bool:
        """Whether it is one of those tool results."""
        return path is not None and path.is_relative_to(self.results.resolve())

    def holds_ours(self, path: Path | None) -> bool:
        """Whether something of the service's own lies in that folder or below."""
        if self.is_result(path):
            return False
        if path is None or self.is_ours(path):
            return True
        return any(ours.resolve().is_relative_to(path) for ours in self.ours)


def named_paths(tool: str, tool_input: Mapping[str, Any], ground: Ground) -> Iterator[Path | None]:
    """Every path in the input, followed to its end; None where that cannot be told.

    A shell's command is no path: the cage is what bounds it.
    """
    if tool in SHELLS:
        return
    for text in _path_texts(tool_input):
        yield from _readings(text, ground.folder, ground)


def searched_folders(
    tool: str, tool_input: Mapping[str, Any], ground: Ground
) -> Iterator[Path | None]:
    """The folders from which a searching tool walks down; None where that cannot be told."""
    if tool not in SEARCHERS:
        return
    base = str(tool_input.get("path") or "")
    pattern = str(tool_input.get("pattern") or "") if tool == "Glob" else ""
    fixed, wild = _fixed_part(pattern)
    if ".." in wild:
        yield None
    for start in _readings(base, ground.folder, ground):
        if start is not None:
            yield from _readings(fixed, start, ground)


def _path_texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _path_texts(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _path_texts(inner, name)
    elif isinstance(value, str) and _NAMES_A_PATH.search(name):
        yield value


def _readings(text: str, base: Path, ground: Ground) -> Iterator[Path | None]:
    """Where a path leads, taken literally and as the CLI tidies it up."""
    bare = text.strip().strip("\ufeff").strip()
    for reading in {text, bare, unicodedata.normalize("NFC", bare)}:
        start = ground.home / reading[1:].lstrip("/") if reading.startswith("~") else base / reading
        yield _followed(start)


def _followed(path: Path) -> Path | None:
    """The path without `..` and links; what is not there yet is left as it stands."""
    todo, done, links = list(path.parts[::-1]), Path("/"), 0
    while todo:
        part = todo.pop()
        step = done.parent if part == ".." else done / part
        if any(step.parts[: len(place)] == place for place in _ELSEWHERE) or "\0" in part:
            return None
        try:
            target = step.readlink()
        except OSError:
            done = step  # no link, or not there
            continue
        links += 1
        if links > _MOST_LINKS:
            return None
        todo += target.parts[::-1]
        done = step.parent
    return done


def _fixed_part(pattern: str) -> tuple[str, tuple[str, ...]]:
    """A pattern up to its first wildcard, and the parts from there on."""
    parts = Path(pattern).parts
    wild = next((i for i, part in enumerate(parts) if _WILD.search(part)), len(parts))
    return str(Path(*parts[:wild])) if wild else "", parts[wild:]
