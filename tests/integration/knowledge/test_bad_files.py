"""Files that crash, hang, swell or lie fail alone, each with a reason that has a name."""

from pathlib import Path

import pytest

from consumer.documents.section import Trouble
from consumer.knowledge.folders import KnowledgeFolders
from consumer.knowledge.library import Library
from tests.unit.documents import samples
from tests.unit.knowledge.folder import write

BAD = {
    "zip bomb": ("a.docx", samples.zip_bomb(), {Trouble.LARGE}),
    "zip bomb below the bound": (
        "b.docx",
        samples.zip_bomb(250 << 20),
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


async def test_bad_files_fail_alone_and_are_named(folders: KnowledgeFolders, folder: Path) -> None:
    """One run over all of them: each has its trouble, and the good one among them is found."""
    for name, data, _ in BAD.values():
        (folder / name).write_bytes(data)
    with (folder / "g.txt").open("wb") as file:
        file.truncate(1 << 40)
    write(folder, z__md="# Zebras\n\nare found all the same")
    await folders.look(folder)
    holdings = folders.state(folder).holdings
    for case, (name, _, expected) in BAD.items():
        assert holdings.troubles.get(name) in expected, case
    assert len(holdings.troubles) == len(BAD)
    library = Library(folders.index(folder))
    assert [place.file for place in library.search("zebra", 3)] == ["z.md"]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("os.kill(os.getpid(), 9)", Trouble.CRASHED),
        ("os.close(writing); signal.pause()", Trouble.CRASHED),
        ("signal.pause()", Trouble.SLOW),
        ("bytearray(1 << 30)", Trouble.CRASHED),
    ],
)
def test_a_converter_that_dies_or_hangs_takes_nobody_along(
    fault: str, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens in it, its parent goes on, with a word for it."""
    import os
    import signal

    from consumer.documents import bounded
    from consumer.documents.section import Unreadable

    def breaks(_data: bytes, _kind: str, _bounds: object, writing: int) -> None:
        try:
            bounded._limit(bounded.Bounds(memory_mb=400))
            exec(fault, {"os": os, "signal": signal, "writing": writing})
        finally:
            os._exit(0)

    monkeypatch.setattr(bounded, "_tell", breaks)
    with pytest.raises(Unreadable) as caught:
        bounded.convert(b"x", ".txt", bounded.Bounds(seconds=0.5))
    assert caught.value.trouble is trouble
