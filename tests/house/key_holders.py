"""The modules of the consumer outside `campfire/` that hold a bot's key, the secret itself."""

import ast
from itertools import pairwise
from pathlib import Path

ROOMS = ("room", "room_id")
FROM_SETTINGS = ("campfire_keys", "key_of")
"""What gives keys out."""


def key_holders(root: Path) -> list[str]:
    """A module holds a key that takes it out of a mapping of keys by bot (`keys[…]`), that receives
    or passes it beside the room it is for (`room_id, key`), or that gets keys from the settings and
    does not hand them straight to a class of `campfire/`."""
    consumer = root / "consumer"
    return [
        str(file.relative_to(root))
        for file in sorted(consumer.rglob("*.py"))
        if not file.is_relative_to(consumer / "campfire") and _holds(file)
    ]


def _holds(file: Path) -> bool:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    handed_on = _handed_to_campfire(tree)
    return any(_shows_key(node) and node not in handed_on for node in ast.walk(tree))


def _handed_to_campfire(tree: ast.Module) -> set[ast.AST]:
    """The arguments of calls of what is imported from `campfire/`."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("consumer.campfire.")
        for alias in node.names
    }
    return {
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in imported
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
    }


def _shows_key(node: ast.AST) -> bool:
    match node:
        case ast.Subscript():
            return _word(node.value) in ("keys", "bot_keys")
        case ast.arguments():
            return _side_by_side([argument.arg for argument in node.args])
        case ast.Call():
            passed = [_word(argument) for argument in node.args]
            return _word(node.func) in FROM_SETTINGS or _side_by_side(passed)
        case ast.Tuple():
            return _side_by_side([_word(element) for element in node.elts])
        case _:
            return False


def _side_by_side(words: list[str]) -> bool:
    pairs = pairwise(words)
    return any(first in ROOMS and second == "key" for first, second in pairs)


def _word(node: ast.expr) -> str:
    """The last name of an expression, without its underscore: `self._keys` is `keys`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lstrip("_")
        case _:
            return ""
