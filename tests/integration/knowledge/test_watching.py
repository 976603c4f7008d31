"""While the service runs, changed files are taken in, one run at a time, by a child."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from consumer.knowledge import folders as watched
from consumer.knowledge.folders import KnowledgeFolders
from consumer.knowledge.library import Library, NoIndexYet
from tests.conftest import eventually
from tests.unit.knowledge.folder import write


@asynccontextmanager
async def _running(folders: KnowledgeFolders) -> AsyncIterator[None]:
    task = asyncio.create_task(folders.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until(true: Callable[[], bool]) -> None:
    async def predicate() -> bool:
        return true()

    await eventually(predicate)


def _files(folders: KnowledgeFolders, folder: Path, asked: str) -> set[str]:
    try:
        return {passage.file for passage in Library(folders.index(folder)).search(asked, 9)}
    except NoIndexYet:
        return set()


async def test_changed_files_are_taken_in_while_running(
    folders: KnowledgeFolders, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new, a changed, a removed one; a folder that is away for a while loses nothing."""
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 0.05)
    async with _running(folders):
        await _until(lambda: _files(folders, folder, "annual") == {"leave.md"})
        write(folder, new__txt="An okapi")
        await _until(lambda: _files(folders, folder, "okapi") == {"new.txt"})
        write(folder, new__txt="A lemur")
        await _until(lambda: _files(folders, folder, "lemur") == {"new.txt"})
        assert _files(folders, folder, "okapi") == set()
        (folder / "new.txt").unlink()
        await _until(lambda: _files(folders, folder, "lemur") == set())
        folder.rename(folder.with_name("away"))
        await _until(lambda: folders.state(folder).is_missing)
        assert _files(folders, folder, "annual") == {"leave.md"}
        folder.with_name("away").rename(folder)
        await _until(lambda: not folders.state(folder).is_missing)


@pytest.mark.long
async def test_indexes_of_folders_that_no_bot_has_go(
    folders: KnowledgeFolders, folder: Path, tmp_path: Path
) -> None:
    """What was known of a folder does not outlive its bot on our disk."""
    await folders.look(folder)
    kept, other = folders.index(folder), folders.index(tmp_path / "other")
    other.parent.mkdir()
    other.write_bytes(b"x")
    async with _running(folders):
        await _until(lambda: not other.parent.exists())
    assert kept.exists()


@pytest.mark.long
async def test_a_stop_ends_the_child(
    folders: KnowledgeFolders, folder: Path, tmp_path: Path
) -> None:
    """Nothing of a run outlives the service's own end; the next run goes on with what is left."""
    for number in range(300):
        (folder / f"{number}.md").write_text(f"# Part {number}\n\nword\n")
    task = asyncio.create_task(folders.look(folder))
    await _until(lambda: _children(tmp_path) != [])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await _until(lambda: _children(tmp_path) == [])
    await folders.look(folder)
    assert folders.state(folder).holdings.files == 301


async def test_a_run_that_is_killed_is_made_up_for(
    folders: KnowledgeFolders, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel ends for want of memory, say, is begun again; what was done stays done."""
    monkeypatch.setattr(watched, "FAILED_WAIT_S", 0.0)
    for number in range(600):
        (folder / f"{number}.md").write_text(f"# Part {number}\n\nword\n")
    looking = asyncio.create_task(folders.look(folder))
    await _until(lambda: _children(tmp_path) != [])
    for process in _children(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(int(process), signal.SIGKILL)
    await looking
    assert folders.state(folder).holdings.files < 601
    await folders.look(folder)
    assert folders.state(folder).holdings.files == 601


def _children(tmp_path: Path) -> list[str]:
    """Processes that were started for a folder of this test."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"consumer.knowledge.indexing" in words and os.fsencode(tmp_path) in words:
            found.append(entry.name)
    return found
