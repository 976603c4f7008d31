"""What the commands of one lane may take, and the words for what was too much."""

from dataclasses import dataclass
from enum import StrEnum

MIB = 1024 * 1024


class Bound(StrEnum):
    """What a command can take too much of."""

    FILES = "files"
    PROCESSES = "processes"
    MEMORY = "memory"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """A command took too much and was ended by us."""

    bound: Bound
    most: float
    """In the bound's own unit: MB, processes, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CageBounds:
    """What the commands of one lane may take together, whoever asked for them."""

    files_mb: int
    """MiB on disk below the lane's folder and its client's temporary folder."""
    processes: int
    """Processes and their threads; about ten are the cage's own."""
    memory_mb: int
    """MiB, files that lie in memory included."""
    seconds: float
    """Of one command."""

    def exceeded(self, usage: "Usage", before: float) -> Bound | None:
        """What there is too much of; None when nothing.

        `before`: bytes on disk when the command began. One that only tidies up may go on.
        """
        if usage.processes > self.processes:
            return Bound.PROCESSES
        if usage.memory > self.memory_mb * MIB:
            return Bound.MEMORY
        if usage.seconds > self.seconds:
            return Bound.SECONDS
        return Bound.FILES if usage.files > max(self.files_mb * MIB, before) else None

    def most(self, bound: Bound) -> float:
        """The bound in its own unit: MB, processes, seconds."""
        return {
            Bound.FILES: self.files_mb,
            Bound.PROCESSES: self.processes,
            Bound.MEMORY: self.memory_mb,
            Bound.SECONDS: self.seconds,
        }[bound]

    def sentence(self, bound: Bound) -> str:
        """What the model is told of a command that was ended."""
        unit = {Bound.FILES: "MB of files", Bound.MEMORY: "MB of memory"}.get(bound, bound.value)
        return f"The command was ended: it may take {self.most(bound):g} {unit} at most."


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the commands of a lane take at this moment."""

    files: float = 0.0
    """Bytes on disk; infinite where it cannot be looked into."""
    processes: int = 0
    memory: int = 0
    """Bytes."""
    seconds: float = 0.0
    """Since the oldest command began."""
