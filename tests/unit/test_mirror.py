"""The tests' folders are the product's: the tests of a room are found by its path."""

from pathlib import Path

import pytest

TOPS = ("consumer", "ingress", "operate", "sandbox", "shared")
OWN = {
    "unit/benchmarks": "tools of tests/benchmarks",
    "unit/docker": "the files of docker/",
    "unit/faults": "tools of tests/faults",
    "unit/house": "tools of tests/house",
    "integration/failover": "both processes, and the doctor, over a Redis with sentinels",
    "integration/queue/dashboards": "others' dashboards, over what the queue writes for arq",
    "integration/queue/operators": "what operate and shared/operating see of a real queue",
    "integration/sandbox/campfire/replay": "replays the recordings against the stand-in",
    "integration/sessions/archive": "needs a whole session around it",
    "integration/sessions/claude": "needs a whole session around it",
    "integration/sessions/mcp": "needs a whole session around it",
    "integration/sessions/tools": "needs a whole session around it",
}
"""Folders that are no room's, and what they are for; what is below one is its own affair."""


def folders(kind: str) -> list[str]:
    """The folders of tests of a kind, by their path there; the consumer's without its name."""
    root = Path("tests", kind)
    return sorted(str(door.parent.relative_to(root)) for door in root.rglob("*/__init__.py"))


def is_a_room(folder: str) -> bool:
    """Whether the product has it: in the consumer, or by its whole path."""
    return (folder.partition("/")[0] in TOPS and Path(folder).is_dir()) or _in_consumer(folder)


def _in_consumer(folder: str) -> bool:
    return Path("consumer", folder).is_dir()


@pytest.mark.parametrize("kind", ["unit", "integration"])
def test_every_folder_is_a_rooms_or_says_what_it_is(kind: str) -> None:
    """A room that is moved takes its tests along."""
    own = [folder for folder in OWN if folder.startswith(kind)]
    strangers = [
        folder
        for folder in folders(kind)
        if not is_a_room(folder) and not any(f"{kind}/{folder}/".startswith(f"{it}/") for it in own)
    ]
    assert len(folders(kind)) > 20
    assert strangers == []


@pytest.mark.parametrize("folder", OWN)
def test_an_exception_is_one(folder: str) -> None:
    """It is there, and the product has no such room."""
    assert Path("tests", folder).is_dir()
    assert not is_a_room(folder.partition("/")[2])
