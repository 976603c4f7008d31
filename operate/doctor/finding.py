"""What was looked at, what was found, and the sentence that mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Mark(IntEnum):
    """How bad it is; the worst of a group stands in front of it."""

    OK = 0
    UNKNOWN = 1
    """It could not be looked at, because of something else that is told."""
    WARNING = 2
    """It answers, and something will be lost, slow or open to others."""
    BROKEN = 3
    """It keeps a bot from answering."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. No key, no token, nothing that anybody said."""

    mark: Mark
    found: str
    mend: str = ""
    """What to do about it; only what is well, or hangs on something else, has none."""

    def __post_init__(self) -> None:
        if self.mark >= Mark.WARNING and not self.mend:
            raise ValueError(f"nothing mends: {self.found}")


def ok(found: str) -> Finding:
    """All is well."""
    return Finding(Mark.OK, found)


def unknown(found: str) -> Finding:
    """It could not be looked at."""
    return Finding(Mark.UNKNOWN, found)


def warning(found: str, mend: str) -> Finding:
    """It should be mended."""
    return Finding(Mark.WARNING, found, mend)


def broken(found: str, mend: str) -> Finding:
    """It has to be mended."""
    return Finding(Mark.BROKEN, found, mend)


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def mark(self) -> Mark:
        """The worst in it."""
        return worst(self.findings)


def worst(findings: Iterable[Finding | Group]) -> Mark:
    """Of nothing: all is well."""
    return max((it.mark for it in findings), default=Mark.OK)
