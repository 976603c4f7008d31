"""Prices are the Claude CLI's: what we take for priced, the CLI that is locked has a price for."""

import mmap
import re
from pathlib import Path

import claude_agent_sdk
import pytest

from shared.bots.priced_models import PRICED, is_priced


def test_the_locked_cli_prices_what_we_say_it_does() -> None:
    """An upgrade that drops or adds a model is seen here: then the list follows."""
    cli = Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"
    with cli.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        entries = re.findall(rb'\{id:"(claude-[a-z0-9-]+)",family:(.{1,3000}?)pricing:"', text)
    assert {name.decode() for name, between in entries if b"{id:" not in between} == PRICED


@pytest.mark.parametrize(
    ("model", "priced"),
    [
        ("claude-sonnet-5", True),
        ("claude-haiku-4-5-20251001", True),
        ("claude-sonnet-4-20250514", True),
        ("claude-sonnet-5[1m]", True),
        ("Claude-Opus-5-5", True),
        ("claude-sonnet-9", False),
        ("gpt-7", False),
        ("claude-sonnet-5-turbo", False),
    ],
)
def test_a_model_is_known_with_its_date_or_window(model: str, priced: bool) -> None:
    """Anything else is a guess of the CLI's."""
    assert is_priced(model) is priced
