"""A clone with nothing beside it is whole: nothing in the tree leans on what is outside of it."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

OTHERS_DATA = (
    "tests/recordings/",
    "tests/fixtures/release_5d7280d/data_dir/",
    "tests/unit/rendering/commonmark_examples.json",
    "uv.lock",
)
"""What others wrote down: their paths are part of what they said."""
ABOVE = re.compile(r"(?<![\w/.])(?:\.\./)+[\w.-]+[\w./-]*")
OF_ONE_MACHINE = re.compile(r"(?<![\w.:])/(?:work|Users|root|home/(?!x\b)\w+)/[\w.-]+")
PARENTS = re.compile(r"__file__\)(?:\.resolve\(\))?((?:\.parents?(?:\[\d+\])?)+)")
ABOVE_THE_ROOT = re.compile(r"\bROOT\.parents?\b")
DOCUMENT = re.compile(r"(?<![\w/.-])(?:docs/)?([a-z][\w-]+\.md)\b(?![\\'\"])")
CITATION = re.compile(r'docs/([a-z-]+\.md), "([^"]+)"')
ME = Path(__file__).relative_to(Path.cwd())
MADE_UP = {
    *("answer.md", "file.md", "prompt.md", "ops.md", "reader.md"),
    *("leave.md", "pets.md", "leave_policy-2024.md"),
}
"""Files of bots, agents and handbooks. What stands in quotes is a file name in code anyway."""


def files() -> list[str]:
    """Every tracked file that we wrote."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=True, capture_output=True, text=True
    ).stdout.split("\0")
    here = [name for name in listed if Path(name).is_file() and Path(name) != ME]
    return [name for name in here if not name.startswith(OTHERS_DATA)]


def leanings(name: str, text: str) -> Iterator[str]:
    """What in this file leads out of the tree."""
    folder = PurePosixPath(name).parent
    above = ABOVE.search(text) is not None  # to read a file as Python takes a hundred times as long
    for path in ABOVE.findall(prose(text) if above and name.endswith(".py") else text):
        place = (Path(folder) / path.rstrip(".")).resolve()
        if not place.is_relative_to(Path.cwd()) or not (place.exists() or place.name == ".env"):
            yield path
    yield from OF_ONE_MACHINE.findall(text)
    yield from ABOVE_THE_ROOT.findall(text)
    for chain in PARENTS.findall(text):
        numbers = re.findall(r"\.parent(?:s\[(\d+)\])?", chain)
        if sum(int(number or 0) + 1 for number in numbers) > len(folder.parts) + 1:
            yield f"__file__{chain}"
    for document in DOCUMENT.findall(text):
        if document not in MADE_UP and not _is_there(folder, document):
            yield document


def prose(python: str) -> str:
    """The comments and docstrings; `../` in another string is what a test feeds to the code."""
    tokens = tokenize.generate_tokens(io.StringIO(python).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(ast.parse(python)) if isinstance(node, documented)]
    return "\n".join([*comments, *(ast.get_docstring(node) or "" for node in nodes)])


def _is_there(folder: PurePosixPath, document: str) -> bool:
    return any(
        (Path(place) / document).is_file() for place in (folder, ".", "docs", "tests/recordings")
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("consumer/a.py", '"""See ../elsewhere/campfire.md."""'),
        ("consumer/a.py", "x = 1  # see ../../elsewhere"),
        ("docs/a.md", "[there](../../other/README.md)"),
        ("tests/a.py", 'RECORDINGS = Path("/work/shared/recordings")'),
        ("tests/a.py", "cd = '/Users/somebody/campfire'"),
        ("tests/a.py", "Path(__file__).parents[2] / 'shared'"),
        ("tests/unit/a.py", "Path(__file__).resolve().parents[2].parent"),
        ("tests/a.py", "ROOT.parent / 'shared'"),
        ("shared/a.py", '"""design.md, "The queue"."""'),
    ],
)
def test_what_leads_out_is_seen(name: str, text: str) -> None:
    """The check below can fail."""
    assert list(leanings(name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docker/compose.yml", "env_file: [../.env]"),
        ("docs/a.md", "It is said in ../README.md."),
        ("docs/a.md", "[README](../README.md), [campfire.md](campfire.md)"),
        ("tests/unit/a.py", "Path(__file__).parents[2]"),
        ("a.py", 'HOME = "/home/x"'),
        ("a.py", 'climbing = "../../outside"'),
    ],
)
def test_what_stays_inside_is_allowed(name: str, text: str) -> None:
    """A path that goes up and down again is nobody's concern."""
    assert not list(leanings(name, text))


def test_no_file_leans_on_what_is_outside_the_tree() -> None:
    """Neither by path nor by the name of a document that is not here."""
    found = {name: led for name in files() if (led := sorted(set(leanings(name, _text(name)))))}
    assert not found


def test_every_heading_that_is_cited_exists() -> None:
    """`docs/x.md, "Heading"` is a heading of that page."""
    cited = {
        (name, page, heading) for name in files() for page, heading in CITATION.findall(_text(name))
    }
    gone = {
        (name, page, heading)
        for name, page, heading in cited
        if f"# {heading}\n" not in _text(f"docs/{page}")
    }
    assert cited
    assert not gone


def _text(name: str) -> str:
    return Path(name).read_bytes().decode(errors="replace")
