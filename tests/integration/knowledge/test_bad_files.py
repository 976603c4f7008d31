"""Files that crash, hang, swell or lie fail alone, each with a reason that has a name."""

import mmap
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from consumer.documents import formats, serving
from consumer.documents.bounded import Bounds, Converter
from consumer.documents.section import Section, Trouble, Unreadable
from consumer.knowledge.folders import KnowledgeFolders
from consumer.knowledge.library import Library
from tests.unit.documents import samples
from tests.unit.knowledge.folder import write

BAD: dict[str, tuple[str, bytes | Callable[[], bytes], set[Trouble]]] = {
    "zip bomb": ("a.docx", samples.zip_bomb, {Trouble.LARGE}),
    "zip bomb below the bound": (
        "b.docx",
        partial(samples.zip_bomb, 250 << 20),
        {Trouble.MEMORY, Trouble.CRASHED, Trouble.DAMAGED, Trouble.SLOW, Trouble.EMPTY},
    ),
    "entities of entities": (
        "c.docx",
        samples.xml_bomb(),
        {Trouble.DAMAGED, Trouble.MEMORY, Trouble.EMPTY},
    ),
    "nested for ever": ("d.html", b"<div>" * 200_000, {Trouble.SLOW}),
    "a password": ("e.pdf", samples.protected_pdf(), {Trouble.PROTECTED}),
    "cut in the middle": ("f.xlsx", samples.xlsx(500)[:9000], {Trouble.DAMAGED}),
    "a terabyte of nothing": ("g.txt", b"", {Trouble.LARGE}),
    "much text": ("h.txt", b"a " * 3_500_000, {Trouble.LONG}),
    "an old kind": ("i.doc", b"x", {Trouble.KIND}),
}


def test_what_the_parent_holds_is_not_the_converter_s() -> None:
    """Its bound is on what it takes itself: a consumer with much memory reads documents too."""
    with (
        mmap.mmap(-1, 600 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
        Converter(Bounds(seconds=4, memory_mb=400, cpu_seconds=1)) as converter,
    ):
        assert converter.sections(b"good", ".txt") == [Section((), "good")]


async def test_bad_files_fail_alone_and_are_named(folders: KnowledgeFolders, folder: Path) -> None:
    """One run over all of them: each has its trouble, and the good one among them is found."""
    for name, data, _ in BAD.values():
        (folder / name).write_bytes(data() if callable(data) else data)
    with (folder / "g.txt").open("wb") as file:
        file.truncate(1 << 40)
    write(folder, z__md="# Zebras\n\nare found all the same")
    await folders.look(folder)
    holdings = folders.state(folder).holdings
    for case, (name, _, expected) in BAD.items():
        assert holdings.troubles.get(name) in expected, case
    assert len(holdings.troubles) == len(BAD)
    library = Library(folders.index(folder))
    assert [passage.file for passage in library.search("zebra", 3)] == ["z.md"]


@pytest.mark.short_form("killed", "swells", "fails")
@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("os.kill(os.getpid(), 9)", Trouble.CRASHED),
        ("os._exit(0)", Trouble.CRASHED),
        ("signal.pause()", Trouble.SLOW),
        ("while True: pass", Trouble.SLOW),
        ("bytearray(1 << 30)", Trouble.MEMORY),
        ("raise RecursionError", Trouble.DAMAGED),
    ],
    ids=["killed", "ended", "hangs", "loops", "swells", "fails"],
)
def test_a_converter_that_dies_or_hangs_takes_nobody_along(
    fault: str, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens in it, there is a word for it, and the next document is read."""

    def breaks(data: bytes, kind: str) -> list[Section]:
        if data == b"bad":
            exec(fault, {"os": os, "signal": signal})
        return formats.converted(data, kind)

    monkeypatch.setattr(serving, "converted", breaks)
    with Converter(Bounds(seconds=4, memory_mb=400, cpu_seconds=1)) as converter:
        for _ in range(2):  # in a fresh process and in one that has read something
            with pytest.raises(Unreadable) as caught:
                converter.sections(b"bad", ".txt")
            assert caught.value.trouble is trouble
            assert converter.sections(b"good", ".txt") == [Section((), "good")]
