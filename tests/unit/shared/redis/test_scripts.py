"""Lua scripts: what they include is there, and what several of them do is written once."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from shared.redis.scripts import INCLUDES, UnknownInclude, lua_scripts
from tests.house.idioms import IDIOMS, PRODUCT, ROOT, lua_files, places

PARTS = [file for file in lua_files() if file.parent.with_suffix(".lua").exists()]
SENT = [file for file in lua_files() if file.parent != INCLUDES and file not in PARTS]
PACKAGE = """
from pathlib import Path

from shared.redis.scripts import lua_scripts

SCRIPTS = lua_scripts(Path(__file__).parent)
"""


@pytest.mark.parametrize("folder", sorted({file.parent for file in SENT}))
def test_a_script_is_sent_whole(folder: Path) -> None:
    """Every include of every script is there, and no line that asks for one is left."""
    scripts = lua_scripts(folder)
    assert sorted(scripts) == sorted(file.stem for file in folder.glob("*.lua"))
    for name, text in scripts.items():
        assert "@include" not in text, name


@pytest.mark.parametrize("file", SENT, ids=lambda file: file.stem)
def test_a_script_says_what_it_takes_and_gives(file: Path) -> None:
    """Its comment names KEYS, ARGV and what it Gives, in this order, before its first line."""
    header = re.match(r"(?:(?:#!|--).*\n)+", file.read_text(encoding="utf-8"))
    assert header
    assert re.findall(r"^-- (KEYS|ARGV|Gives) ", header[0], re.M) == ["KEYS", "ARGV", "Gives"]


@pytest.mark.parametrize("file", SENT, ids=lambda file: file.stem)
def test_a_script_is_run_by_its_name(file: Path) -> None:
    """One that nobody runs is gone."""
    texts = [
        python.read_text(encoding="utf-8")
        for top in PRODUCT
        for python in (ROOT / top).rglob("*.py")
    ]
    assert any(f'"{file.stem}"' in text for text in texts)


@pytest.mark.parametrize("include", sorted(INCLUDES.glob("*.lua")), ids=lambda file: file.stem)
def test_an_include_is_shared(include: Path) -> None:
    """Each is included by two scripts at least: what one alone does stands in it."""
    line = f'--- @include "{include.stem}"\n'
    assert sum(line in file.read_text(encoding="utf-8") for file in lua_files()) >= 2


@pytest.mark.parametrize("part", PARTS, ids=lambda file: file.stem)
def test_a_part_is_its_scripts_own(part: Path) -> None:
    """The script of its folder's name includes it, and no other."""
    line = f'--- @include "{part.parent.name}/{part.stem}"\n'
    including = [file for file in lua_files() if line in file.read_text(encoding="utf-8")]
    assert including == [part.parent.with_suffix(".lua")]


@pytest.mark.parametrize("idiom", IDIOMS)
def test_an_idiom_is_written_once(idiom: str) -> None:
    """In the include that is there for it."""
    assert len(places(idiom)) == 1, places(idiom)


def test_an_unknown_include_fails_at_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process does not start, rather than fail at the first message."""
    package = tmp_path / "misspelt"
    package.mkdir()
    (package / "__init__.py").write_text(PACKAGE)
    (package / "accept.lua").write_text('-- KEYS\n--- @include "wakes"\nreturn 1\n')
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnknownInclude, match=r"accept\.lua includes wakes"):
        importlib.import_module("misspelt")
    assert "misspelt" not in sys.modules
