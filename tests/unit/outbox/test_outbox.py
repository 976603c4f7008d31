"""What an agent left in its outbox is copied within bounds, and nothing else is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from consumer.outbox.files import LeftOut, safe_name
from consumer.outbox.outbox import Bounds, Outbox, Taken
from consumer.outbox.outgoing import FileLost, Outgoing

JOB, TOKEN = "campfire:assistant:2:7", "3"
BOUNDS = Bounds(files=3, size=100, total=150)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A lane's folder with an empty outbox."""
    (tmp_path / "workspace" / "outbox").mkdir(parents=True)
    return tmp_path / "workspace"


@pytest.fixture
def outgoing(tmp_path: Path) -> Outgoing:
    """Where the bytes are kept."""
    return Outgoing(tmp_path / "outgoing")


@pytest.fixture
def take(workspace: Path, outgoing: Outgoing) -> Callable[[], Taken]:
    """Take what is in the outbox now, however old."""
    return lambda: Outbox(outgoing, BOUNDS).take(JOB, TOKEN, workspace, 0)


def _write(workspace: Path, **sizes: int) -> None:
    for name, size in sizes.items():
        (workspace / "outbox" / f"{name}.txt").write_bytes(b"x" * size)


def test_files_come_in_the_order_of_their_names(
    workspace: Path, outgoing: Outgoing, take: Callable[[], Taken]
) -> None:
    """By name, 2 before 10, folders within too; the bytes are those that were there."""
    (workspace / "outbox" / "b").mkdir()
    for name in ("plot 10.txt", "plot 2.txt", "b/inner.txt"):
        (workspace / "outbox" / name).write_text(name)
    files = take().files
    assert [file.name for file in files] == ["inner.txt", "plot 2.txt", "plot 10.txt"]
    assert [outgoing.read(file) for file in files] == [
        b"b/inner.txt",
        b"plot 2.txt",
        b"plot 10.txt",
    ]


@pytest.mark.parametrize("name", ["10²", "²", "٣", "１２", "9" * 200, "a\udcff", "-", "½ 3"])
def test_no_name_loses_the_answer(workspace: Path, take: Callable[[], Taken], name: str) -> None:
    """Signs that are digits to some and not to `int` are names like others."""
    for each in (name, "10", "9"):
        (workspace / "outbox" / each).write_text("x")
    assert sorted(file.name for file in take().files) == sorted([safe_name(name), "10", "9"])


def test_a_fault_over_the_files_leaves_the_text(
    workspace: Path, take: Callable[[], Taken], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong with an outbox, the room is told that its files are missing."""

    def broken(*_: object) -> list[object]:
        raise ValueError

    monkeypatch.setattr("consumer.outbox.outbox._fresh", broken)
    assert take().left_out == (LeftOut(why="unreadable", names=("outbox",), count=1),)


def test_a_later_change_does_not_reach_the_room(
    workspace: Path, outgoing: Outgoing, take: Callable[[], Taken]
) -> None:
    """The agent may go on writing, or delete the file: what was taken is posted."""
    _write(workspace, a=5)
    (file,) = take().files
    (workspace / "outbox" / "a.txt").write_text("other")
    assert outgoing.read(file) == b"xxxxx"


def test_only_what_the_turn_touched_is_taken(workspace: Path, outgoing: Outgoing) -> None:
    """What an earlier turn left stays where it is; written again, it goes again."""
    outbox = Outbox(outgoing, BOUNDS)
    _write(workspace, old=1, again=1)
    since = outbox.now_ns()
    while outbox.now_ns() == since:  # the file system's clock ticks every few ms
        pass
    since = outbox.now_ns()
    _write(workspace, again=2, new=3)
    taken = outbox.take(JOB, TOKEN, workspace, since)
    assert [file.name for file in taken.files] == ["again.txt", "new.txt"]
    assert (workspace / "outbox" / "old.txt").exists()


def test_nothing_but_plain_files_is_read(
    workspace: Path, tmp_path: Path, take: Callable[[], Taken]
) -> None:
    """Links of both kinds and pipes are told of; hidden names and empty folders are not."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    outbox = workspace / "outbox"
    (outbox / "a-link.txt").symlink_to(secret)
    (outbox / "b-hard.txt").hardlink_to(secret)
    os.mkfifo(outbox / "c-pipe.txt")
    (outbox / "d-folder").symlink_to(tmp_path)
    (outbox / ".hidden").write_text("x")
    (outbox / "empty").mkdir()
    taken = take()
    assert taken.files == ()
    names = ("a-link.txt", "b-hard.txt", "c-pipe.txt", "d-folder")
    assert taken.left_out == (LeftOut(why="no_file", names=names, count=4),)


@pytest.mark.parametrize("where", ["outbox", "outbox/inner"])
def test_a_linked_outbox_is_not_entered(
    workspace: Path, tmp_path: Path, take: Callable[[], Taken], where: str
) -> None:
    """A folder that is a link leads nowhere, however it is called."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key.txt").write_text("secret")
    folder = workspace / where
    if folder.exists():
        folder.rmdir()
    folder.symlink_to(tmp_path / "private")
    taken = take()
    assert taken.files == ()
    assert taken.left_out


def test_bounds_are_kept_and_told(workspace: Path, take: Callable[[], Taken]) -> None:
    """Too large, too much together, too many: each by its reason, the rest is taken."""
    _write(workspace, a=101, b=100, c=60, d=20, e=20, f=1, g=1)
    taken = take()
    assert [file.name for file in taken.files] == ["b.txt", "d.txt", "e.txt"]
    assert taken.left_out == (
        LeftOut(why="too_large", names=("a.txt",), count=1),
        LeftOut(why="too_much", names=("c.txt",), count=1),
        LeftOut(why="too_many", names=("f.txt", "g.txt"), count=2),
    )


def test_a_flood_of_files_is_told_in_a_few_names(
    workspace: Path, take: Callable[[], Taken]
) -> None:
    """A thousand files are three posts and one short sentence."""
    _write(workspace, **{f"n{number}": 1 for number in range(1000)})
    taken = take()
    assert len(taken.files) == 3
    (left,) = taken.left_out
    assert (left.why, len(left.names), left.count) == ("too_many", 5, 997)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("报告 2026.csv", "报告 2026.csv"),
        ("a\nb\x00c\x1b[31m.txt", "a-b-c-[31m.txt"),
        ("evil\u202egnp.exe", "evil-gnp.exe"),
        ('..\\..\\"x".txt', "-..--x-.txt"),
        ("bad\udcff.txt", "bad-.txt"),
        ("x" * 300 + ".tar", "x" * 76 + ".tar"),
        ("x" * 300, "x" * 80),
        ("...", "file"),
        ("👩\u200d👧.png", "👩\u200d👧.png"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    """No path, no control or direction signs, no signs that Rails changes, not too long."""
    assert safe_name(name) == safe


async def test_kept_bytes_go_with_their_job(
    workspace: Path, outgoing: Outgoing, take: Callable[[], Taken]
) -> None:
    """Settled is deleted; what no living message owns goes at a start, but another's prefix."""
    _write(workspace, a=1)
    (file,) = take().files
    Outbox(outgoing, BOUNDS).take("other:assistant:2:7", TOKEN, workspace, 0)

    async def lives(job: str) -> bool:
        return job == JOB

    await outgoing.tidy("campfire", lives)
    assert outgoing.read(file) == b"x"
    await outgoing.forget(JOB)
    with pytest.raises(FileLost):
        outgoing.read(file)
    assert [folder.name for folder in (workspace.parent / "outgoing").glob("other*")]


def test_an_attempt_that_lost_its_claim_spoils_nothing(
    workspace: Path, outgoing: Outgoing, take: Callable[[], Taken]
) -> None:
    """Two attempts at one job keep their files apart; bytes that changed are lost, not posted."""
    _write(workspace, a=1)
    (file,) = take().files
    _write(workspace, a=2)
    Outbox(outgoing, BOUNDS).take(JOB, TOKEN + "1", workspace, 0)
    assert outgoing.read(file) == b"x"
    (workspace.parent / "outgoing" / file.place).write_text("y")
    with pytest.raises(FileLost):
        outgoing.read(file)
