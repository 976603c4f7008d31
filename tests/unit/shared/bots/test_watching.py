"""Bot files that change while the service runs."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from shared.bots import Bot, Roster, load_bots
from shared.bots.watching import BotFiles

GOOD = "id: helper\nname: Helper\nsystem_prompt_file: prompt.md\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prompt.md").write_text("You help.")
    (tmp_path / "latin.md").write_bytes(b"\xff")
    (tmp_path / "helper.yaml").write_text(GOOD)
    return tmp_path


def roster(folder: Path) -> Roster:
    return Roster(load_bots(folder), {})


async def test_a_changed_file_or_prompt_is_taken_in(folder: Path) -> None:
    """The roster that turns look into holds the new bot, and who asked is told once."""
    bots, told = roster(folder), list[int]()
    files = BotFiles(folder, bots)
    bots.on_change(lambda: told.append(1))
    await files.look()
    assert told == []
    (folder / "helper.yaml").write_text(GOOD + "max_turns: 3\n")
    await files.look()
    (folder / "prompt.md").write_text("You help, briefly.")
    await files.look()
    await files.look()
    assert (bots["helper"].max_turns, bots["helper"].system_prompt) == (3, "You help, briefly.")
    assert told == [1, 1]


@pytest.mark.parametrize(
    "text",
    [
        *("id: [", GOOD + "colour: red\n", "", GOOD + "tools: [Read, 'Bash ']\n"),
        *(GOOD + "help: 2001-99-99\n", GOOD.replace("prompt.md", "latin.md")),
    ],
)
async def test_a_broken_file_leaves_its_bot_as_it_was(folder: Path, text: str) -> None:
    """It is logged with file and line; once it is whole again it counts."""
    bots = roster(folder)
    before = bots["helper"]
    files = BotFiles(folder, bots)
    (folder / "helper.yaml").write_text(text)
    with capture_logs() as logs:
        await files.look()
    assert dict(bots) == {"helper": before}
    (entry,) = logs
    assert (entry["event"], entry["file"]) == ("bot_file_not_used", "helper.yaml")
    assert "helper.yaml:" in entry["problems"][0]
    assert bots.broken == {"helper": tuple(entry["problems"])}
    (folder / "helper.yaml").write_text(GOOD + "max_turns: 3\n")
    await files.look()
    assert bots["helper"].max_turns == 3
    assert bots.broken == {}


class Keys(dict[str, str]):
    """What was read, and what would be read now."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, str] = {}

    def read(self, bot: Bot) -> str | None:
        key = self.files.get(bot.id)
        self.pop(bot.id, None)
        if key:
            self[bot.id] = key
        return key


async def test_a_new_bot_takes_part_where_its_key_lies_and_a_gone_one_stays(folder: Path) -> None:
    """Of one without a key the log says what is missing; no part has to be started anew."""
    bots, keys = roster(folder), Keys()
    keys.files = {"other": "7-abcdefghijkl"}
    files = BotFiles(folder, bots, keys=keys)
    (folder / "other.yaml").write_text(GOOD.replace("helper", "other"))
    (folder / "third.yaml").write_text(GOOD.replace("helper", "third"))
    (folder / "helper.yaml").unlink()
    with capture_logs() as logs:
        await files.look()
    assert list(bots) == ["helper", "other", "third"]
    assert [bot.id for bot in bots.taking_part] == ["other"]
    assert bots.is_ours(7)
    (said,) = [entry for entry in logs if entry["event"] == "bot_has_no_key"]
    assert said["advice"] == "python -m operate key third, or set BOT_KEY_THIRD and restart"


async def test_a_key_that_comes_later_is_taken_in(folder: Path) -> None:
    """Also another one than before: Campfire made the bot a new one."""
    (key_folder := folder / "keys").mkdir()
    bots, keys = roster(folder), Keys()
    files = BotFiles(folder, bots, keys=keys, key_folder=key_folder)
    for user_id in (7, 8):
        keys.files = {"helper": f"{user_id}-abcdefghijkl"}
        (key_folder / "helper").write_text("x" * user_id)
        await files.look()
        assert bots.user_id("helper") == user_id


async def test_a_new_file_that_would_share_a_key_is_refused(folder: Path) -> None:
    """As at the start: `a-b` and `a_b` have one variable."""
    (folder / "a.yaml").write_text(GOOD.replace("helper", "a-b"))
    bots = roster(folder)
    files = BotFiles(folder, bots)
    (folder / "b.yaml").write_text(GOOD.replace("helper", "a_b"))
    await files.look()
    assert "would share BOT_KEY_A_B" in bots.broken["a_b"][0]
    assert "a_b" not in bots


async def test_a_changed_skill_makes_another_bot(folder: Path) -> None:
    """Its agents are started anew; the bot file itself is as it was."""
    (skill := folder / "skills" / "refund").mkdir(parents=True)
    (skill / "SKILL.md").write_text("---\ndescription: x\n---\nDo it.")
    (folder / "helper.yaml").write_text(GOOD + "skills: skills\n")
    bots = roster(folder)
    before, files = bots["helper"], BotFiles(folder, bots)
    (skill / "SKILL.md").write_text("---\ndescription: x\n---\nDo it well.")
    await files.look()
    assert bots["helper"] != before


async def test_a_folder_that_cannot_be_read_ends_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no descriptor free it looks again: one line when it begins, one when it is over."""
    bots = roster(folder)
    monkeypatch.setattr("shared.bots.watching.LOOK_EVERY_S", 0.001)
    files, failures = BotFiles(folder, bots), 3
    real = os.listdir

    def fail_at_first(path: Path) -> list[str]:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path)

    monkeypatch.setattr("shared.bots.watching.os.listdir", fail_at_first)
    (folder / "helper.yaml").write_text(GOOD + "max_turns: 3\n")
    with capture_logs() as logs:
        watching = asyncio.create_task(files.watch())
        async with asyncio.timeout(10):
            while "bot_files_readable" not in [entry["event"] for entry in logs]:
                assert not watching.done()
                await asyncio.sleep(0.001)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    events = [entry["event"] for entry in logs]
    assert events.count("bot_files_unreadable") == 1
    assert bots["helper"].max_turns == 3


async def test_a_file_that_had_no_descriptor_is_read_at_the_next_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is wrong with it, so it is not reported as a file that cannot be used."""
    bots = roster(folder)
    files = BotFiles(folder, bots)
    (folder / "helper.yaml").write_text(GOOD + "max_turns: 3\n")
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr("shared.bots.watching.load_bot", _out_of_descriptors)
        with pytest.raises(OSError, match="Too many"):
            await files.look()
    assert logs == []
    await files.look()
    assert bots["helper"].max_turns == 3


def _out_of_descriptors(*_: object) -> None:
    raise OSError(errno.EMFILE, "Too many open files")


async def test_a_copy_with_the_same_id_does_not_take_the_bot_over(folder: Path) -> None:
    """Refused as at the start, whatever its name sorts before; a file that was renamed counts."""
    bots = roster(folder)
    before = bots["helper"]
    files = BotFiles(folder, bots)
    for name in ("a copy", "z copy"):
        (folder / f"{name}.yaml").write_text(GOOD + "tools: [Bash]\n")
        await files.look()
        assert bots["helper"] == before
        assert "the id helper is used by another file too" in bots.broken[name][0]
    (folder / "a copy.yaml").unlink()
    (folder / "helper.yaml").rename(folder / "new name.yaml")
    (folder / "z copy.yaml").unlink()
    (folder / "new name.yaml").write_text(GOOD + "max_turns: 3\n")
    await files.look()
    assert (bots["helper"].max_turns, bots.broken) == (3, {})


async def test_of_two_new_files_with_one_key_variable_one_is_taken_in(folder: Path) -> None:
    """Both would speak with the same key; the second is refused, as it is at a start."""
    bots = roster(folder)
    files = BotFiles(folder, bots)
    for name in ("a-b", "a_b"):
        (folder / f"{name}.yaml").write_text(GOOD.replace("helper", name))
    await files.look()
    assert sorted(bots) == ["a-b", "helper"]
    assert "would share BOT_KEY_A_B" in bots.broken["a_b"][0]
