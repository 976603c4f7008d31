"""Each figure of `python -m tests.house`, on a small tree made for it."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.arrows import arrows, arrows_back_up, arrows_between_rooms
from tests.house.figures import FIGURES, constructor_arguments, largest_folder
from tests.house.idioms import IDIOMS, ROOT, places
from tests.house.key_holders import key_holders
from tests.house.words import OLD_NAMES, ONE_EACH, double_words

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files, named by their path, `__` for `/`, into a tree."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            file = tmp_path / f"{name.replace('__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return write


def test_the_largest_folder_is_counted_flat(tree: Tree) -> None:
    """Neither what stands below it nor `__init__` counts."""
    made = tree(consumer__a="", consumer__b="", consumer__room__c="", shared__d="")
    (made / "consumer/__init__.py").touch()
    assert largest_folder(made) == 2


def test_an_arrow_is_one_module_that_imports_another(tree: Tree) -> None:
    """However many names it takes, and whichever way it is written."""
    made = tree(
        consumer__one__a="from consumer.one.b import x, y\nimport consumer.two.c\nimport json",
        consumer__one__b="from consumer.two import c",
        consumer__two__c="",
    )
    assert arrows(made, "consumer") == 3
    assert arrows_between_rooms(made, "consumer") == 2
    assert arrows(made, "consumer.one") == 1


@pytest.mark.parametrize(
    ("lowest", "runs_up"),
    [
        ("", 0),
        ("from consumer.middle.b import x", 1),
        ("from consumer.top.a import x", 1),
        ("from consumer.middle.b import x\nfrom consumer.top.a import x", 2),
    ],
)
def test_an_arrow_back_up_is_one_too_many_for_layers(tree: Tree, lowest: str, runs_up: int) -> None:
    """As many as the fewest that would have to go; the rooms' names play no part."""
    made = tree(
        consumer__top__a="from consumer.middle.b import x\nfrom consumer.low.c import x",
        consumer__middle__b="from consumer.low.c import x",
        consumer__low__c=lowest,
        consumer__low__d="from consumer.low.c import x",
    )
    assert arrows_back_up(made, "consumer") == runs_up


def test_the_pipelines_arguments_are_counted(tree: Tree) -> None:
    """Those by name too, `self` not, nor another class's."""
    made = tree(
        consumer__turn__pipeline=(
            "class Other:\n    def __init__(self, z): ...\n"
            "class Pipeline:\n    def __init__(self, a, b, *, c): ...\n"
        )
    )
    assert constructor_arguments(made) == 3


@pytest.mark.parametrize(
    "text",
    [
        "x = self._keys[bot_id]",
        "x = bot_keys[bot.id]",
        "def post(self, room_id: int, key: str) -> None: ...",
        "campfire.post(self._room_id, self._key, html)",
        "self._place = room_id, key, asked_id",
        "by_bot = settings.campfire_keys(roster)",
        "from consumer.queue.lanes import Lanes\nLanes(settings.campfire_keys(roster))",
        "from consumer.campfire.client import Campfire\n"
        "Campfire(url, keys=with_more(settings.campfire_keys(roster)))",
        "token = settings.key_of(bot)",
    ],
)
def test_who_holds_a_key_is_seen(tree: Tree, text: str) -> None:
    """Taken out of the keys by bot, received or passed beside its room, got from the settings."""
    made = tree(consumer__posting__posts=text, consumer__campfire__room=text)
    assert key_holders(made) == ["consumer/posting/posts.py"]


def test_who_hands_the_keys_straight_to_campfire_holds_none(tree: Tree) -> None:
    """The composition root gives them to the one room that keeps them, by name or by place."""
    text = (
        "from consumer.campfire.client import Campfire\n"
        "Campfire(url, keys=settings.campfire_keys(roster))\n"
        "Campfire(url, settings.campfire_keys(roster))\n"
    )
    assert key_holders(tree(consumer__composition=text)) == []


@pytest.mark.parametrize(
    "text",
    ["await self._get(key)", "x = self._keys.lane(lane)", "def f(key: str) -> None: ...", "a[key]"],
)
def test_a_key_of_redis_is_no_bots_key(tree: Tree, text: str) -> None:
    """Nor are names of keys, which say nothing secret."""
    assert key_holders(tree(consumer__queue__lines=text)) == []


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("control", "from consumer.queue.control import Control"),
        ("order", "class Order:"),
        ("told", "class Told:"),
        ("words", "    words: Catalogue,"),
        ("line", "x = replace(message.lane, control=True)"),
        ("turn", "class RunningTurn:"),
    ],
)
def test_a_words_second_meaning_is_found(tree: Tree, word: str, line: str) -> None:
    """With its place; the same word in its one sense is not."""
    made = tree(ingress__a=f"import json\n{line}\n", ingress__b="class TurnRequest:\n")
    assert double_words(made) == {word: ["ingress/a.py:2"]}


def test_every_old_name_has_its_example() -> None:
    """A word that is added to the list is added to the test above."""
    [examples] = [
        mark.args[1]
        for mark in test_a_words_second_meaning_is_found.pytestmark  # type: ignore[attr-defined]
    ]
    assert [word for word, _ in examples] == list(OLD_NAMES)


@pytest.mark.parametrize("name", ONE_EACH)
def test_a_name_with_two_definitions_is_found(tree: Tree, name: str) -> None:
    """As a class or as an alias; one definition is no fault, but where Python has the name."""
    once = {"consumer__a": f"class {name}:\n"}
    assert list(double_words(tree(**once))) == (["Self"] if name == "Self" else [])
    made = tree(**once, shared__b=f"{name} = dict[str, str]\n")
    assert double_words(made) == {name: ["consumer/a.py:1", "shared/b.py:1"]}


@pytest.mark.parametrize(
    ("idiom", "line"),
    [
        ("wake", "redis.call('LPUSH', wake, '1')"),
        ("is_control", "if lane:sub(1, 8) == 'x' then"),
        ("promote", "if tonumber(score) > tonumber(far) then"),
        ("insert_by_number", "redis.call('LINSERT', KEYS[1])"),
    ],
)
def test_an_idiom_is_counted_where_it_is_written(tmp_path: Path, idiom: str, line: str) -> None:
    """Each place once, in any folder of the product."""
    for name in ("consumer/queue/lua/claim.lua", "shared/accept.lua"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"-- nothing\n{line}\n")
    assert {name: len(places(name, tmp_path)) for name in IDIOMS if places(name, tmp_path)} == {
        idiom: 2
    }


@pytest.mark.long
def test_the_command_prints_every_figure_for_both_trees() -> None:
    """`python -m tests.house --against HEAD`: two numbers a row."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.house", "--against", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    printed = {match.strip() for match in re.findall(r"^(.{50}) +\d+ +\d+$", said, re.MULTILINE)}
    assert printed == {name.strip() for name in FIGURES}


def test_no_word_means_two_things_here() -> None:
    """A word that gets a second meaning again gets another name instead."""
    assert double_words(ROOT) == {}


def test_a_folder_has_fifteen_files_at_most() -> None:
    """What is one more belongs into a room of its own, or shows that one is missing."""
    assert largest_folder(ROOT) <= 15


def test_the_sessions_parts_know_few_of_each_other() -> None:
    """149 imports lay between them once: who changed one had to read them all."""
    assert arrows(ROOT, "consumer.sessions") <= 75
