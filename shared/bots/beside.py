"""The context in which a bot file is validated: its folder, and the machine its agents run on."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo


@dataclass(frozen=True, slots=True)
class Beside:
    """The context in which a bot's values are validated."""

    folder: Path
    """The bot file's: what it names is relative to it."""
    variables: Collection[str] | None = None
    """The environment variables that have a value; None: this process runs no agents, and needs
    neither their secrets nor their programs."""


def in_folder(value: Any, info: ValidationInfo) -> Path:
    """A folder named in a bot file; raises ValueError for one that is not there.

    A bot that was read from no file says where it lies by itself.
    """
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("must name a folder, relative to this file")
    here = info.context if isinstance(info.context, Beside) else None
    path = Path(value) if here is None else (here.folder / value).absolute()
    if here is not None and not path.is_dir():
        raise ValueError(f"{value} is no folder beside this file")
    return path


OwnFolder = Annotated[Path | None, BeforeValidator(in_folder)]
