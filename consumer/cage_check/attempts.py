"""What the check tries from inside a cage, and what came of it: shell out, findings in."""

import hashlib
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from urllib.parse import unquote

BEGIN, END = "check begins", "check ends"
ROOTS = ("", "/proc/1/root", "/proc/self/root")
"""A process's own view of the root may differ from the one its files are looked up in."""
SWITCH = "/proc/sys/kernel/core_pattern"
INSIDE = Path(__file__).with_name("inside.py")
DONE = ["looked", "around"]

Environments = Mapping[str, Sequence[int]]
"""The process ids of this machine by the digest of their environment; see `environments`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a command in the cage could open."""

    files: tuple[Path, ...]
    names: tuple[tuple[Path, str], ...]
    """Files that have a second name (a hard link) which is not hidden, and that name."""
    processes: tuple[int, ...]
    kernel: bool
    """Whether it may set the kernel's switches, and so run a program outside of the cage."""
    keyrings: bool
    """Whether it reaches the kernel's keyrings, which all processes of a user share."""


def command(files: Sequence[Path]) -> str:
    """Tries to read one byte of each file and the environment of each process.

    No content comes out of it: for a file its number, for an environment its digest.
    """
    lines = [f"echo {BEGIN}"]
    for number, file in enumerate(files):
        names = " ".join(shlex.quote(root + str(file)) for root in ROOTS)
        lines.append(
            f"for name in {names}; do"
            f' [ "$(head -c 1 -- "$name" 2>/dev/null | wc -c)" -eq 0 ] || echo file {number};'
            " done"
        )
    lines.append(
        "for name in /proc/[0-9]*/environ; do"
        ' [ "$(head -c 1 -- "$name" 2>/dev/null | wc -c)" -eq 0 ] ||'
        ' echo environment $(sha256sum <"$name"); done'
    )
    lines.append(f"[ ! -w {SWITCH} ] || echo kernel")
    linked = json.dumps(_linked(files))
    lines.append(shlex.join([sys.executable, "-ISc", INSIDE.read_text(), linked]))
    return "\n".join([*lines, f"echo {END}"])


def findings(printed: str, files: Sequence[Path], outside: Environments) -> Findings | None:
    """What the command found; None when it did not run to its end."""
    lines = [line.split() for line in printed.splitlines()]
    if not all(words in lines for words in (BEGIN.split(), DONE, END.split())):
        return None
    opened = {int(line[1]) for line in lines if line[:1] == ["file"]}
    named = [(int(line[1]), unquote(line[2])) for line in lines if line[:1] == ["name"]]
    digests = {line[1] for line in lines if line[:1] == ["environment"]}
    seen = {process for digest in digests for process in outside.get(digest, ())}
    return Findings(
        files=tuple(files[number] for number in sorted(opened)),
        names=tuple((files[number], name) for number, name in named),
        processes=tuple(sorted(seen)),
        kernel=["kernel"] in lines,
        keyrings=["keyrings", "closed"] not in lines,
    )


def _linked(files: Sequence[Path]) -> Mapping[int, tuple[int, int]]:
    """Device and inode of those with more than one name, by their place in the list."""
    found: dict[tuple[int, int], int] = {}
    for number, file in enumerate(files):
        with suppress(OSError):
            status = file.stat()
            if S_ISREG(status.st_mode) and status.st_nlink > 1:
                found.setdefault((status.st_dev, status.st_ino), number)
    return {number: inode for inode, number in found.items()}


def environments() -> Environments:
    """The environments that this process's user may read, kept as digests only."""
    found: dict[str, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = file.read_bytes()
        except OSError:
            continue  # another user's, or gone
        if content:
            # Processes of one parent often have the very same one.
            found.setdefault(hashlib.sha256(content).hexdigest(), []).append(int(file.parent.name))
    return found
