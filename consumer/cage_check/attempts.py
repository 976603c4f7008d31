"""What the check tries from inside a cage, and what came of it: shell out, findings in."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "check begins", "check ends"
ROOTS = ("", "/proc/1/root", "/proc/self/root")
"""A process's own view of the root may differ from the one its files are looked up in."""
SWITCH = "/proc/sys/kernel/core_pattern"

Environments = Mapping[str, Sequence[int]]
"""The process ids of this machine by the digest of their environment; see `environments`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a command in the cage could open."""

    files: tuple[Path, ...]
    processes: tuple[int, ...]
    kernel: bool
    """Whether it may set the kernel's switches, and so run a program outside of the cage."""


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
    return "\n".join([*lines, f"echo {END}"])


def findings(printed: str, files: Sequence[Path], outside: Environments) -> Findings | None:
    """What the command found; None when it did not run to its end."""
    lines = [line.split() for line in printed.splitlines()]
    if BEGIN.split() not in lines or END.split() not in lines:
        return None
    opened = {int(line[1]) for line in lines if line[:1] == ["file"]}
    digests = {line[1] for line in lines if line[:1] == ["environment"]}
    seen = {process for digest in digests for process in outside.get(digest, ())}
    return Findings(
        files=tuple(files[number] for number in sorted(opened)),
        processes=tuple(sorted(seen)),
        kernel=["kernel"] in lines,
    )


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
