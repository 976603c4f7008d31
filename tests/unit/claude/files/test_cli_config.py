"""The CLI's configuration, put right from its backups."""

from pathlib import Path

import pytest

from consumer.claude.files.cli_config import repair

DAMAGE = [b'{"a": ', b"", b"\x00\x00", b"\xff{}", b"[]"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_newest_sound_backup_takes_its_place(tmp_path: Path, damage: bytes) -> None:
    """A backup that is damaged as well is passed over."""
    backups = tmp_path / "backups"
    backups.mkdir()
    for number, content in enumerate([b'{"n": 1}', b'{"n": 2}', damage]):
        (backups / f".claude.json.backup.179583880856{number}").write_bytes(content)
    (backups / ".claude.json.corrupted.1795838808569").write_bytes(b'{"n": 3}')
    (tmp_path / ".claude.json").write_bytes(damage)
    assert repair(tmp_path) == "backup"
    assert (tmp_path / ".claude.json").read_text() == '{"n": 2}'


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_one_the_cli_begins_afresh(tmp_path: Path, damage: bytes) -> None:
    """It makes a new one where there is none."""
    (tmp_path / ".claude.json").write_bytes(damage)
    assert repair(tmp_path) == "fresh"
    assert not (tmp_path / ".claude.json").exists()


def test_a_sound_one_is_left_alone(tmp_path: Path) -> None:
    """Another client's repair was quicker."""
    (tmp_path / ".claude.json").write_text('{"n": 1}')
    assert repair(tmp_path) == "sound"
    assert (tmp_path / ".claude.json").read_text() == '{"n": 1}'
