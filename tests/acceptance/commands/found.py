"""Every command that we tell somebody to type: README, docs, Makefile, Procfile, error texts. Pure.

A command is known by its shape: `python -m operate dead list`, `make test BROWSER=`.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
_MODULE = re.compile(
    r"python -m ((?:ingress|consumer|operate|sandbox|tests)[a-z_.]*(?: [a-z][a-z-]*)*)"
)
_SIBLING = re.compile(r"`python -m ([a-z_.]+(?: [a-z-]+)*) [a-z-]+`((?:, `[a-z-]+`)+)")
_MAKE = re.compile(r"\bmake ((?:[a-z]+ )*[a-z]+)((?: [A-Z]+=\S*)*)|\bmake ([A-Z]+=)")
_HELP = re.compile(r"^([a-z]+):.*?## (.*)$", re.MULTILINE)
_LINE = re.compile(r"^((?:curl|docker|git|pip|uv) -?[^ ].*[/-].*)$", re.MULTILINE)
_APT = re.compile(r"\bapt-get install\b")


def commands() -> dict[str, set[str]]:
    """Each command's shape, and the files that name it."""
    found: dict[str, set[str]] = {}
    for name in _files():
        text = (ROOT / name).read_bytes().decode(errors="replace")
        for command in shapes(text, name == "Makefile"):
            found.setdefault(command, set()).add(name)
    return found


def shapes(text: str, is_makefile: bool = False) -> Iterator[str]:
    """The commands in one text."""
    yield from (f"python -m {words}" for words in _MODULE.findall(text))
    for stem, others in _SIBLING.findall(text):
        yield from (f"python -m {stem} {word}" for word in re.findall(r"[a-z-]+", others))
    yield from _of_make(text)
    yield from (_program(line) for line in _LINE.findall(text))
    if _APT.search(text):
        yield "apt-get install"
    if is_makefile:
        for target, said in _HELP.findall(text):
            yield f"make {target}"
            yield from (f"make {target} {name}=" for name in re.findall(r"\b([A-Z]+)=", said))


def _of_make(text: str) -> Iterator[str]:
    targets = {target for target, _ in _HELP.findall((ROOT / "Makefile").read_text())}
    for words, options, alone in _MAKE.findall(text):
        if alone:
            yield f"make {alone}"
        for target in [word for word in words.split() if word in targets]:
            yield f"make {target}"
            yield from (f"make {target} {name}=" for name in re.findall(r" ([A-Z]+)=", options))


def _program(line: str) -> str:
    """`curl` and what it is for; of others the program and its first word."""
    url = re.search(r"https?://[^/\s]+(/[a-z]+)", line)
    return f"{line.split()[0]} {url[1] if url else line.split()[1]}"


def _files() -> list[str]:
    """What people read: no test, and no text of others'."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [
        name
        for name in listed
        if not name.startswith("tests/") and name != "uv.lock" and (ROOT / name).is_file()
    ]
