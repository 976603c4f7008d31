"""The names of log events: each stands in the documentation, and nothing else does."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

from ingress.intake.reception import Where

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations" / "log.md").read_text()
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
TAKEN_IN = {*get_args(get_args(Where)[0]), *get_args(get_args(Where)[1])}
COMPOSED = {
    *("_".join(pair) for pair in product(("delivery", "event", "live_message"), TAKEN_IN)),
    *("due_fired", "due_known", "due_moved", "due_early", "due_not_ours"),
}
"""Names that are put together where they are logged."""


def test_every_event_stands_on_the_page_and_nothing_else_does() -> None:
    """An operator's search, or alert, rests on them."""
    logged = {name for file in _sources() for name in _logged(file)} | COMPOSED
    assert len(logged) > 180
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    told = re.findall(r"`([a-z_]+)`", " ".join(rows))
    assert (sorted(set(told) - logged), sorted(logged - set(told))) == ([], [])
    assert len(told) == len(set(told))


def _sources() -> Iterator[Path]:
    for room in ("ingress", "consumer", "shared", "operate"):
        yield from (ROOT / room).rglob("*.py")


def _logged(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and _is_of_a_log(node.func):
            yield from _names(node.args[0])


def _is_of_a_log(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id == "log"
    )


def _names(first: ast.expr) -> Iterator[str]:
    if isinstance(first, ast.Constant):
        yield str(first.value)
    elif isinstance(first, ast.IfExp):
        yield from (*_names(first.body), *_names(first.orelse))
