"""`TZ`: the zone of the times that are told."""

import os
import subprocess
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from consumer.local_time import local_zone, zone_in_words
from shared.errors import ConfigurationError
from shared.startup.settings import SharedSettings

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
ASK = "from consumer.local_time import *; print(zone_in_words(datetime.now(local_zone(None))))"


def _settings(tz: str) -> SharedSettings:
    return SharedSettings(
        redis_url="redis://127.0.0.1", bot_keys={"BOT_KEY_ASSISTANT": "3-a1b2c3"}, tz=tz
    )


def test_the_setting_wins() -> None:
    """Summer time included."""
    assert (
        zone_in_words(SUMMER.astimezone(local_zone("Europe/Berlin"))) == "Europe/Berlin, UTC+02:00"
    )


def test_without_it_the_machine_s_zone_counts() -> None:
    """By the name the machine gives it."""
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        env={"PATH": "", "TZ": "Asia/Kathmandu"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout.strip() == "Asia/Kathmandu, UTC+05:45"


@pytest.mark.parametrize("tz", ["Mars/Olympus", "../../etc/passwd", "CST-8", "/etc/localtime"])
def test_no_zone_s_name_is_a_sentence(tz: str) -> None:
    """Not a traceback at the first message."""
    with pytest.raises(ConfigurationError, match="TZ: must be the name of a time zone"):
        _settings(tz)


@pytest.mark.parametrize("tz", ["Asia/Shanghai", ":Asia/Shanghai"])
def test_a_zone_s_name_is_taken(tz: str) -> None:
    """With a colon before it too, as POSIX has it."""
    assert _settings(tz).tz == "Asia/Shanghai"


def test_env_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line in .env is enough."""
    monkeypatch.delenv("TZ", raising=False)
    bots = os.path.abspath("bots")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        f"TZ=Asia/Shanghai\nREDIS_URL=redis://127.0.0.1\nBOTS_DIR={bots}\nBOT_KEY_ASSISTANT=3-a1b2\n"
    )
    assert SharedSettings().tz == "Asia/Shanghai"


@pytest.mark.parametrize("zone", [ZoneInfo("Etc/UTC"), UTC])
def test_utc_is_utc(zone: tzinfo) -> None:
    """Said once, also where the machine's zone is called `Etc/UTC`."""
    assert zone_in_words(SUMMER.astimezone(zone)) == "UTC"
