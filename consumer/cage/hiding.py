"""What a shell's commands do not see, and what is put back among it. Paths in, paths out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from consumer.cage.mounts import mounts, other_names
from consumer.cage.our_paths import interpreter, our_folders, our_logs

NEEDED = tuple(
    Path(name)
    for name in (
        *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/sys", "/dev"),
        *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec"),
        *("/usr/share", "/usr/local/bin", "/usr/local/lib", "/nix/store"),
    )
)
"""Without these no command runs: a folder that is or holds one is not hidden as a whole."""
LOGS = ("log", "logs")


@dataclass(frozen=True, slots=True)
class Hiding:
    """Absolute paths. What is shown lies below something hidden."""

    hidden: tuple[Path, ...]
    shown: tuple[Path, ...]


def hiding(hidden: Iterable[Path], shown: Iterable[Path]) -> Hiding:
    """`hidden` and all else that is ours goes; `shown` and the interpreter come back."""
    ours = [*hidden, *our_folders(), *our_logs()]
    gone = every_name(part for path in ours for part in _hideable(path.absolute()))
    back = dict.fromkeys(path.absolute() for path in (*shown, *interpreter()))
    return Hiding(gone, tuple(path for path in back if _below(path.resolve(), gone)))


def every_name(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each by its own name, by that of what it links to, and by those of other mounts."""
    known, found = mounts(), dict[Path, None]()
    for path in paths:
        real = path.resolve()
        found |= dict.fromkeys((path.absolute(), real, *other_names(real, known)))
    return tuple(found)


def _hideable(path: Path) -> Iterator[Path]:
    """The path; of a folder that the system needs only what looks like ours."""
    if not any(needed.is_relative_to(path) for needed in NEEDED) and path not in _real(NEEDED):
        yield path
    elif path.is_dir():
        for entry in path.iterdir():
            if entry.name.startswith(".") or entry.suffix == ".log" or entry.name in LOGS:
                yield entry


def _real(paths: Iterable[Path]) -> set[Path]:
    return {path.resolve() for path in paths}


def _below(path: Path, hidden: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in hidden)
