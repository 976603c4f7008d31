"""The architecture: one module knows arq's worker, one room the Claude SDK, one room bots' keys."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.idioms import ROOT
from tests.house.key_holders import key_holders

PACKAGES = ("operate", "ingress", "consumer", "shared", "sandbox")


@cache
def _imports(file: Path) -> tuple[str, ...]:
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _importers(module: str) -> set[str]:
    return {
        str(file)
        for package in PACKAGES
        for file in Path(package).rglob("*.py")
        if any(name == module or name.startswith(module + ".") for name in _imports(file))
    }


@pytest.mark.parametrize(
    ("module", "where"),
    [
        ("arq.worker", {"consumer/queue/worker.py"}),
        (
            "claude_agent_sdk",
            {f"consumer/claude/sdk/{name}.py" for name in ("messages", "sdk_client")},
        ),
    ],
)
def test_only_their_own_room_imports(module: str, where: set[str]) -> None:
    """An importer elsewhere would be a second place that has to know its traps."""
    assert _importers(module) == where


def test_only_the_room_of_campfire_holds_a_bots_key() -> None:
    """All others ask `Campfire.room` to speak as a bot: what they do not hold they cannot tell."""
    assert key_holders(ROOT) == []
