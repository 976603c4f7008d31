"""Many messages in the spool: looked at once, fed in order, a damaged one alone set aside."""

import os
from pathlib import Path

import pytest

from ingress.intake.spool import Spool
from tests.deliveries import inbound


async def test_the_folder_is_looked_through_once_for_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch looked through all that waited: 100,000 messages stood in the way for minutes."""
    spool = Spool(tmp_path)
    for number in range(6):
        await spool.put(inbound(number))
    looks, fed, listdir = list[Path](), list[str](), os.listdir

    def looked(folder: Path) -> list[str]:
        looks.append(folder)
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", looked)
    while batch := spool.peek(2):
        if len(fed) == 2:
            await spool.put(inbound(6))
        for file, message in batch:
            fed.append(message.message_id)
            spool.remove(file)
    assert fed == ["0", "1", "2", "3", "4", "5", "6"]
    assert len(looks) == 3
    assert spool.waiting == 0


async def test_what_stands_before_a_damaged_file_is_fed_first(tmp_path: Path) -> None:
    """A healthy message is never the one that is set aside."""
    spool = Spool(tmp_path)
    for number in range(3):
        await spool.put(inbound(number))
    damaged = sorted(tmp_path.iterdir())[1]
    damaged.write_text("{")
    [(file, message)] = spool.peek(10)
    assert message.message_id == "0"
    spool.remove(file)
    with pytest.raises(ValueError, match="JSON"):
        spool.peek(10)
    assert spool.set_aside().stem == damaged.stem
    [(_, message)] = spool.peek(10)
    assert message.message_id == "2"
