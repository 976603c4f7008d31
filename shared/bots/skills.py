"""Skills: instructions, with files, that an agent opens when a task asks for them.

A folder of the operator's holds one folder for each, with a SKILL.md in it.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ValidationInfo

from shared.bots.beside import in_folder
from shared.bots.section import Section

SKILL = "SKILL.md"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Skills(Section):
    """Those of one folder, as they were when they were read."""

    folder: Path
    names: tuple[str, ...]
    state: str
    """Another one when any file of theirs is: agents are started anew then."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What the folder holds; raises ValueError with what is wrong with it."""
        found = sorted(path for path in folder.iterdir() if _counts(path))
        if not found:
            raise ValueError(f"{folder.name} holds no skill: a folder for each, with a {SKILL}")
        for skill in found:
            _look_at(skill)
        return cls(folder=folder, names=tuple(it.name for it in found), state=state_of(folder))


def state_of(folder: Path) -> str:
    """Of the names, sizes and times of all files below the folder."""
    seen = sorted(f"{path.relative_to(folder)}\0{_stamp(path)}" for path in _files(folder))
    return hashlib.sha256("\n".join(seen).encode("utf-8", "surrogateescape")).hexdigest()


def _counts(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "_"))


def _look_at(skill: Path) -> None:
    if not _NAME.fullmatch(skill.name):
        raise ValueError(f"{skill.name}: a skill's folder is lower-case letters, digits and -")
    if not (skill / SKILL).is_file():
        raise ValueError(f"{skill.name} holds no {SKILL}")
    if any(path.is_symlink() for path in skill.rglob("*")):
        raise ValueError(f"{skill.name} holds a symbolic link: copy what it leads to")


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _skills(value: Any, info: ValidationInfo) -> Any:
    return value if isinstance(value, dict | Skills) else Skills.read(in_folder(value, info))


OwnSkills = Annotated[Skills | None, BeforeValidator(_skills)]
