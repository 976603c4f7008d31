"""`python -m operate page`: a link to the operator's page."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingress.operator.page.authentication.codes import Codes
from operate.__main__ import app

ADMIN = "admin-token-0123456789"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "ADMIN_TOKEN": ADMIN,
        "HOST": "0.0.0.0",
        "PORT": "5007",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("option", "right"), [([], "act"), (["--view"], "view")])
def test_the_command_prints_a_link(option: list[str], right: str) -> None:
    """Its code opens that right, and stands behind the #, where no server and no log sees it; the
    token stands nowhere."""
    printed = CliRunner().invoke(app, ["page", "--base", "https://bots.example.com/", *option])
    address, _, code = printed.output.strip().partition("#")
    assert address == "https://bots.example.com/operator/enter"
    proven = Codes.of(ADMIN).proven(code, time.time())
    assert proven is not None
    assert proven[0] == right
    assert ADMIN not in printed.output


def test_without_a_base_it_is_this_machine_s() -> None:
    """Who listens on every address is found on this machine by loopback."""
    printed = CliRunner().invoke(app, ["page"])
    assert printed.output.startswith("http://127.0.0.1:5007/operator/enter#")


def test_without_a_token_of_its_own_it_is_signed_with_the_one_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `make run` does it: the file in DATA_DIR is read, nothing else has to be set."""
    monkeypatch.delenv("ADMIN_TOKEN")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "admin-token").write_text(f"{ADMIN}\n")
    code = CliRunner().invoke(app, ["page"]).output.strip().partition("#")[2]
    assert Codes.of(ADMIN).proven(code, time.time()) is not None
