"""What commands may take: the bounds, and how a folder is weighed. No process is started."""

import os
from pathlib import Path

import pytest

from consumer.cage.bounds import MIB, Bound, CageBounds, Usage
from consumer.cage.folder_size import LEAST, bytes_below

BOUNDS = CageBounds(files_mb=10, processes=60, memory_mb=200, seconds=30)
LITTLE = {"files": 0.0, "processes": 10, "memory": 0, "seconds": 1.0}
FAR = float("inf")


@pytest.mark.parametrize(
    ("usage", "before", "bound"),
    [
        ({}, 0, None),
        ({"processes": 60}, 0, None),
        ({"processes": 61}, 0, Bound.PROCESSES),
        ({"memory": 200 * MIB}, 0, None),
        ({"memory": 200 * MIB + 1}, 0, Bound.MEMORY),
        ({"seconds": 30.5}, 0, Bound.SECONDS),
        ({"files": 10.0 * MIB}, 0, None),
        ({"files": 10.0 * MIB + 1}, 0, Bound.FILES),
        ({"files": 50.0 * MIB}, 50 * MIB, None),
        ({"files": 50.0 * MIB + 1}, 50 * MIB, Bound.FILES),
        ({"files": FAR}, 0, Bound.FILES),
    ],
)
def test_each_bound_is_its_own(usage: dict[str, float], before: float, bound: Bound | None) -> None:
    """What is at a bound is within it; a lane that was over it before may tidy up."""
    assert BOUNDS.exceeded(Usage(**{**LITTLE, **usage}), before) is bound  # type: ignore[arg-type]


@pytest.mark.parametrize("bound", list(Bound))
def test_the_model_is_told_the_bound(bound: Bound) -> None:
    """In a sentence with its number and unit."""
    assert f"{BOUNDS.most(bound):g} " in BOUNDS.sentence(bound)


def test_many_small_files_weigh_what_the_disk_gives_for_them(tmp_path: Path) -> None:
    """Empty ones too, which cost it an entry; what lies elsewhere behind a link does not."""
    for number in range(100):
        (tmp_path / f"{number}").touch()
    (tmp_path / "link").symlink_to("/usr")
    assert bytes_below([tmp_path], FAR) == 101 * LEAST


def test_a_file_with_many_names_is_one(tmp_path: Path) -> None:
    """A hard link costs an entry, not the file again."""
    (tmp_path / "file").write_bytes(bytes(MIB))
    for number in range(10):
        os.link(tmp_path / "file", tmp_path / f"{number}")
    assert bytes_below([tmp_path], FAR) < 2 * MIB


def test_a_hole_in_a_file_weighs_nothing(tmp_path: Path) -> None:
    """Bytes on disk count, not how long a file says it is."""
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert bytes_below([tmp_path], FAR) < MIB


def test_counting_ends_where_it_is_enough(tmp_path: Path) -> None:
    """A folder that is far too large is not walked to its end."""
    for number in range(5):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "file").write_bytes(bytes(MIB))
    assert MIB < bytes_below([tmp_path], MIB) < 3 * MIB


def test_what_a_path_cannot_reach_is_weighed_too(tmp_path: Path) -> None:
    """A file that lies deeper than any path can say is found."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("deep" * 50, dir_fd=here)
        here, above = os.open("deep" * 50, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    with open(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        file.write(bytes(MIB))
    os.close(here)
    assert MIB < bytes_below([tmp_path], FAR) < 2 * MIB


def test_a_folder_that_is_not_there_weighs_nothing(tmp_path: Path) -> None:
    """It went away while it was looked at."""
    assert bytes_below([tmp_path / "gone"], FAR) == 0
