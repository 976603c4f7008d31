"""What documents for contributors name is there: paths, and the rooms of the map."""

import re
from pathlib import Path

import pytest

CONTRIBUTING = Path("CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = Path("docs/rooms.md").read_text(encoding="utf-8")
ARCHITECTURE = Path("docs/architecture.md").read_text(encoding="utf-8")
RECIPES = Path("docs/recipes.md").read_text(encoding="utf-8")
ALL = (CONTRIBUTING, RECIPES, ROOMS, ARCHITECTURE)
WAY = ARCHITECTURE.partition("## The way of a message")[2].partition("\n## ")[0]
TOPS = ("ingress", "consumer", "shared", "operate", "sandbox", "tests", "docs")
PATH = re.compile(
    rf"(?<![\w/.])(?:{'|'.join(TOPS)})/[\w./-]*\w|(?<=`)[\w.]+\.(?:toml|example)(?=`)"
)
NAME = re.compile(r"`(?:_?[A-Z]\w+|[a-z]\w*_of)\b")


def paths(text: str) -> set[str]:
    """Every path of the tree that a text names."""
    return set(PATH.findall(text))


@pytest.mark.parametrize("path", sorted(set().union(*map(paths, ALL))))
def test_every_path_exists(path: str) -> None:
    """A room that was moved is moved in the documents too."""
    assert Path(path).exists()


@pytest.mark.parametrize("process", ["ingress", "consumer", "shared", "operate", "sandbox"])
def test_every_room_has_its_row(process: str) -> None:
    """Who opens the tree for the first time finds what each folder is for."""
    rooms = {str(door.parent) for door in Path(process).glob("*/__init__.py")}
    assert not rooms - paths(ROOMS)


def test_the_way_of_a_message_leads_through_both_processes() -> None:
    """The picture names modules, from the webhook to Campfire."""
    picture = WAY.split("```")[1]
    assert {path.partition("/")[0] for path in paths(picture)} == {"ingress", "shared", "consumer"}
    assert len(paths(picture)) >= 15


@pytest.mark.parametrize(
    "name", sorted({found[1:] for found in NAME.findall(CONTRIBUTING + RECIPES)})
)
def test_every_name_in_a_recipe_is_written_somewhere(name: str) -> None:
    """A class or constant that is renamed is renamed in its recipe."""
    tops = ("ingress", "consumer", "shared", "operate")
    files = (file for top in tops for file in Path(top).rglob("*.py"))
    assert any(re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) for file in files)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in `consumer/gone.py`, then", {"consumer/gone.py"}),
        ("`shared/keys/` and `pyproject.toml`", {"shared/keys", "pyproject.toml"}),
        ("ingress/webhook/webhook.py ──▶", {"ingress/webhook/webhook.py"}),
        ("/consumer/elsewhere, and/or", set()),
    ],
)
def test_paths_are_found(text: str, found: set[str]) -> None:
    """The checks above can fail."""
    assert paths(text) == found
