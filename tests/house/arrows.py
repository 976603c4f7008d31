"""Import arrows: which module of a package imports which other, read from the files alone."""

import ast
from collections.abc import Iterator
from itertools import combinations, count
from pathlib import Path


def imports(root: Path, package: str) -> dict[str, set[str]]:
    """For each module of the package, the modules of the package that it imports."""
    files = list((root / Path(*package.split("."))).rglob("*.py"))
    known = {_name(file, root) for file in files}
    found: dict[str, set[str]] = {}
    for file in files:
        name = _name(file, root)
        found[name] = {it for it in _imported(file, known) if it.startswith(package)} - {name}
    return found


def arrows(root: Path, package: str) -> int:
    """Imports of one module of the package by another."""
    return sum(map(len, imports(root, package).values()))


def arrows_between_rooms(root: Path, package: str) -> int:
    """Those of them that leave a folder directly below the package for another one."""
    return sum(
        _room(importer, package) != _room(imported, package)
        for importer, found in imports(root, package).items()
        for imported in found
    )


def arrows_back_up(root: Path, package: str) -> int:
    """The fewest arrows from room to room without which the rooms would stand in layers.

    That is what a layers contract without exceptions forbids, whatever the rooms are called.
    """
    circle = _on_circles(
        {
            (_room(importer, package), _room(imported, package))
            for importer, found in imports(root, package).items()
            for imported in found
            if package not in (importer, imported)
        }
    )
    for size in count():
        if any(not _on_circles(circle - set(gone)) for gone in combinations(circle, size)):
            return size
    raise AssertionError


def _on_circles(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without the arrows that start at a room nobody leads to, or end at one that leads nowhere."""
    left = {(a, b) for a, b in arrows if a != b}
    while True:
        starts, ends = {a for a, _ in left}, {b for _, b in left}
        kept = {(a, b) for a, b in left if a in ends and b in starts}
        if kept == left:
            return left
        left = kept


def _imported(file: Path, known: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names} & known
            yield from below or {node.module} & known


def _name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _room(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").partition(".")[0]
