"""What a shell's cage is told to hide."""

from pathlib import Path

from consumer.tool_calls.rules import cage
from tests.session_settings import session_settings


def test_no_shell_sees_the_documents_of_any_bot(tmp_path: Path) -> None:
    """Wherever a bot's file puts them, also one that was changed while the service runs."""
    named = [tmp_path / "elsewhere"]
    settings = session_settings(tmp_path / "data", documents=lambda: tuple(named))
    folder, temp = tmp_path / "data" / "lane", tmp_path / "temp" / "client"
    assert str(named[0]) in cage(settings, folder, temp)["sandbox"]["filesystem"]["denyRead"]
    named.append(tmp_path / "later")
    assert str(named[1]) in cage(settings, folder, temp)["sandbox"]["filesystem"]["denyRead"]
