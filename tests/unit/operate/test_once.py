"""What ONCE's container prepares before the launcher starts."""

from pathlib import Path

from operate.once import first_bot, prepared


def test_onces_secret_signs_links_and_goes_no_further() -> None:
    """Under its own name nobody would know that it is one."""
    ready = prepared({"SECRET_KEY_BASE": "s" * 64, "BOTS_DIR": "/storage/bots"})
    assert ready == {"LINK_SECRET": "s" * 64, "BOTS_DIR": "/storage/bots"}


def test_a_secret_of_ones_own_is_kept() -> None:
    """Whoever sets LINK_SECRET means it."""
    assert prepared({"SECRET_KEY_BASE": "a", "LINK_SECRET": "b"}) == {"LINK_SECRET": "b"}


def test_on_an_empty_volume_there_is_a_first_bot(tmp_path: Path) -> None:
    """And never again: a bot that its owner took away stays away."""
    folder = tmp_path / "storage" / "bots"
    first_bot(folder)
    assert [file.name for file in folder.iterdir()] == ["assistant.yaml"]
    (folder / "assistant.yaml").unlink()
    first_bot(folder)
    assert list(folder.iterdir()) == []
