"""What is counted of the house. Each figure takes the tree's root and reads its files."""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.house.arrows import arrows, arrows_back_up, arrows_between_rooms
from tests.house.idioms import IDIOMS, PRODUCT, places
from tests.house.key_holders import key_holders
from tests.house.words import double_words

PIPELINE = "consumer/turn/pipeline.py"


def largest_folder(root: Path) -> int:
    """The Python files of the folder that holds most, `__init__` left out."""
    folders = (folder for top in PRODUCT for folder in (root / top, *(root / top).rglob("*/")))
    return max(sum(1 for _ in _modules_in(folder)) for folder in folders)


def constructor_arguments(root: Path) -> int:
    """What must be given to build the pipeline, `self` left out."""
    [made] = [
        node
        for of in ast.walk(ast.parse((root / PIPELINE).read_text(encoding="utf-8")))
        if isinstance(of, ast.ClassDef) and of.name == "Pipeline"
        for node in of.body
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    return len(made.args.args) - 1 + len(made.args.kwonlyargs)


def _modules_in(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("*.py") if file.name != "__init__.py")


def _times_written(idiom: str, root: Path) -> int:
    return len(places(idiom, root))


FIGURES: dict[str, Callable[[Path], int]] = {
    "files in the largest flat folder": largest_folder,
    "import arrows inside sessions": partial(arrows, package="consumer.sessions"),
    "  of them from one room of it to another": partial(
        arrows_between_rooms, package="consumer.sessions"
    ),
    "import arrows inside the queue": partial(arrows, package="consumer.queue"),
    "arrows between the consumer's rooms that run up": partial(arrows_back_up, package="consumer"),
    "constructor arguments of the pipeline": constructor_arguments,
    "modules outside campfire/ that hold a bot's key": lambda root: len(key_holders(root)),
    "words that mean two things": lambda root: len(double_words(root)),
    **{f"places where Lua writes `{idiom}`": partial(_times_written, idiom) for idiom in IDIOMS},
}
"""Each by what stands before it in the table."""
