"""What is counted of the house. Each figure takes the tree's root and reads its files."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house.idioms import IDIOMS, PRODUCT, places


def largest_folder(root: Path) -> int:
    """The Python files of the folder that holds most, `__init__` left out."""
    folders = (folder for top in PRODUCT for folder in (root / top, *(root / top).rglob("*/")))
    return max(sum(1 for _ in _modules_in(folder)) for folder in folders)


def arrows(package: str) -> Callable[[Path], int]:
    """Imports of one module of the package by another."""

    def count(root: Path) -> int:
        folder = root / Path(*package.split("."))
        return sum(len(found) for found in imports(root, folder, package).values())

    return count


def arrows_between_rooms(package: str) -> Callable[[Path], int]:
    """Those of them that leave a folder directly below the package for another one."""

    def count(root: Path) -> int:
        folder = root / Path(*package.split("."))
        return sum(
            _room(importer, package) != _room(imported, package)
            for importer, found in imports(root, folder, package).items()
            for imported in found
        )

    return count


def times_written(idiom: str) -> Callable[[Path], int]:
    """In how many places of the Lua scripts."""
    return lambda root: len(places(idiom, root))


def imports(root: Path, folder: Path, package: str) -> dict[str, set[str]]:
    """For each module in the folder, the modules of the package that it imports."""
    known = {_name(file, root) for file in folder.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*.py"):
        name = _name(file, root)
        found[name] = {it for it in _imported(file, known) if it.startswith(package)} - {name}
    return found


def _imported(file: Path, known: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names} & known
            yield from below or {node.module} & known


def _modules_in(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("*.py") if file.name != "__init__.py")


def _name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _room(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").partition(".")[0]


FIGURES: dict[str, Callable[[Path], int]] = {
    "files in the largest flat folder": largest_folder,
    "import arrows inside sessions": arrows("consumer.sessions"),
    "  of them from one room of it to another": arrows_between_rooms("consumer.sessions"),
    "import arrows inside the queue": arrows("consumer.queue"),
    **{f"places where Lua writes `{idiom}`": times_written(idiom) for idiom in IDIOMS},
}
"""Each by what stands before it in the table."""
