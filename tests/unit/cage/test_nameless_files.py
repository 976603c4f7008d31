"""Files that have no name any more are weighed, by what this process itself holds."""

import ctypes
import mmap
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consumer.cage.nameless_files import nameless_bytes

MIB = 1024 * 1024


@pytest.fixture
def before() -> int:
    """What this process held already."""
    return nameless_bytes([os.getpid()])


def test_an_open_file_counts_once(tmp_path: Path, before: int) -> None:
    """However often it is open; one with a name does not count, a folder shows it."""
    with (tmp_path / "file").open("wb") as file, (tmp_path / "file").open("rb"):
        file.write(os.urandom(MIB))
        file.flush()
        assert nameless_bytes([os.getpid()]) == before
        (tmp_path / "file").unlink()
        assert nameless_bytes([os.getpid(), os.getpid()]) == before + MIB


@pytest.mark.skipif(os.getuid() != 0, reason="only root may ask for the size of such a file")
def test_a_closed_file_counts_while_it_is_mapped(mapped: Callable[[], None], before: int) -> None:
    """All of it, though only a part is mapped."""
    assert nameless_bytes([os.getpid()]) == before + 2 * MIB
    mapped()
    assert nameless_bytes([os.getpid()]) == before


def test_of_a_mapped_file_another_user_sees_the_part(
    mapped: Callable[[], None], before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which counts, as the rest cannot be seen."""
    real = os.stat

    def denied(path: Any, **arguments: Any) -> os.stat_result:
        if "map_files" in str(path):
            raise PermissionError
        return real(path, **arguments)

    monkeypatch.setattr(os, "stat", denied)
    assert nameless_bytes([os.getpid()]) == before + MIB
    mapped()
    assert nameless_bytes([os.getpid()]) == before


@pytest.fixture
def mapped(tmp_path: Path, before: int) -> Iterator[Callable[[], None]]:
    """The first half of a file of 2 MiB without a name, mapped alone; called, it is no more.

    Python's own mmap keeps the file open.
    """
    assert before >= 0
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    with (tmp_path / "file").open("wb+") as file:
        file.write(os.urandom(2 * MIB))
        file.flush()
        part = libc.mmap(None, MIB, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
    (tmp_path / "file").unlink()
    yield lambda: libc.munmap(part, MIB)
    libc.munmap(part, MIB)
