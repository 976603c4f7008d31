"""Every command that we tell somebody to type is run by a test, or by CI itself."""

import ast

import pytest

from tests.acceptance.commands.found import ROOT, commands, shapes
from tests.acceptance.commands.table import CI, NOT_RUN, RUN_BY


def test_every_command_has_its_test() -> None:
    """A new command in README, Makefile or an error text needs a row, and what it names."""
    missing = {name: files for name, files in commands().items() if name not in RUN_BY | NOT_RUN}
    assert not missing


def test_every_row_is_a_command() -> None:
    """A command that nobody is told any more leaves the table, too."""
    assert not (RUN_BY | NOT_RUN).keys() - commands().keys()


@pytest.mark.parametrize("command", sorted(name for name, by in RUN_BY.items() if by != CI))
def test_the_test_exists_and_names_the_command(command: str) -> None:
    """The function is there, and its file, or the recipe it runs, holds the command's last word."""
    file, _, function = RUN_BY[command].partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    defined = ast.FunctionDef | ast.AsyncFunctionDef
    names = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, defined)}
    assert function in names
    if file.rpartition("/")[2].startswith("test_"):
        recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert command.split()[-1].rpartition("/")[2] in text + recipes


def test_ci_runs_check_and_test() -> None:
    """What the table leaves to CI is what CI runs."""
    script = (ROOT / CI).read_text(encoding="utf-8")
    [line] = [line for line in script.splitlines() if " make --" in line]
    assert {f"make {word}" for word in line.split() if word in ("check", "test")} == {
        command for command, by in RUN_BY.items() if by == CI
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run `make test BROWSER=no`", {"make test", "make test BROWSER="}),
        ("say `python -m operate catch-up`", {"python -m operate catch-up"}),
        (
            "`python -m operate dead list`, `show`",
            {"python -m operate dead list", "python -m operate dead show"},
        ),
        ('curl -N -H "x" http://127.0.0.1:5002/lanes/2/a/events', {"curl /lanes"}),
        ("docker compose -f docker/compose.yml up", {"docker compose"}),
        ("please make sure of it", set()),
    ],
)
def test_commands_are_found(text: str, found: set[str]) -> None:
    """The check above can fail."""
    assert set(shapes(text)) == found
