"""Skills: instructions, with files, that an agent opens when a task asks for them.

A folder of the operator's holds one folder for each, with a SKILL.md in it.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BeforeValidator, ValidationInfo

from shared.bots.beside import in_folder
from shared.bots.sections.section import Section

SKILL = "SKILL.md"
_FRONT = re.compile(r"---\s*\n(.*?)\n---\s*(?:\n|$)", re.DOTALL)
_MAY_SAY = frozenset({"name", "description", "when_to_use", "license", "metadata", "version"})
"""Not `allowed-tools`, `hooks`, `context`, `agent`: what a bot may do stands in its own file."""
_COMMAND = re.compile(r"!`|^\s*```!", re.M)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Skills(Section):
    """The skills of one folder, as they were when they were read."""

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
    """A digest of the names, sizes and times of all files below the folder."""
    seen = sorted(f"{path.relative_to(folder)}\0{_stamp(path)}" for path in _files(folder))
    return hashlib.sha256("\n".join(seen).encode("utf-8", "surrogateescape")).hexdigest()


def _counts(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "_"))


def _look_at(skill: Path) -> None:
    if not _NAME.fullmatch(skill.name):
        raise ValueError(f"{skill.name}: a skill's folder is lower-case letters, digits and -")
    if not (skill / SKILL).is_file():
        raise ValueError(f"{skill.name} holds no {SKILL}")
    _look_into(skill)
    if any(path.is_symlink() for path in skill.rglob("*")):
        raise ValueError(f"{skill.name} holds a symbolic link: copy what it leads to")


def _look_into(skill: Path) -> None:
    """What a SKILL.md may have the CLI do beside showing it: nothing."""
    try:
        text = (skill / SKILL).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{skill.name}: {SKILL} cannot be read: {error}") from error
    said = _front_matter(text)
    if "description" not in said:
        raise ValueError(f"{skill.name}: {SKILL} must begin with --- and say `description: …`")
    if more := sorted(said.keys() - _MAY_SAY):
        raise ValueError(f"{skill.name}: {SKILL} may not say {', '.join(more)}")
    if said.get("name", skill.name) != skill.name:
        raise ValueError(f"{skill.name}: {SKILL} must have the folder's name, or none")
    if _COMMAND.search(text):
        raise ValueError(f"{skill.name}: {SKILL} may not hold a command (!`…`), which would run")


def _front_matter(text: str) -> dict[str, Any]:
    """The keys and values between its `---`; none where there are none, or no such lines."""
    head = _FRONT.match(text)
    try:
        said = yaml.safe_load(head[1]) if head else None
    except (yaml.YAMLError, ValueError):
        return {}
    return {str(key): value for key, value in said.items()} if isinstance(said, dict) else {}


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _skills(value: Any, info: ValidationInfo) -> Any:
    return value if isinstance(value, dict | Skills) else Skills.read(in_folder(value, info))


OwnSkills = Annotated[Skills | None, BeforeValidator(_skills)]
