"""`python -m operate link`: a link to one lane's live stream."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from operate.__main__ import app


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOTS_DIR", raising=False)
    for name, value in {
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "BOT_KEY_OPS": "3-a1b2c3d4e5f6",
        "ADMIN_TOKEN": "admin-token-0123456789",
        "HOST": "0.0.0.0",
        "PORT": "5007",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("options", "base"),
    [([], "http://127.0.0.1:5007"), (["--base", "https://b.example/"], "https://b.example")],
)
def test_what_is_printed_is_a_link(options: list[str], base: str) -> None:
    """Without a base it leads to this machine's web process, and is no mere path."""
    printed = CliRunner().invoke(app, ["link", "2", "ops", *options])
    assert printed.output.startswith(f"{base}/lanes/2/ops/events?expires="), printed.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2", "opps"], "no bot file in bots has the id opps"),
        (["2", "ops", "--rights", "write"], "'write' is not one of 'read', 'talk'"),
        (["2", "ops", "--rights", "talk"], "(--name)"),
    ],
)
def test_what_is_wrong_is_named(words: list[str], said: str) -> None:
    """Each by itself: a bot, a right, a name that is missing."""
    result = CliRunner().invoke(app, ["link", *words])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())
