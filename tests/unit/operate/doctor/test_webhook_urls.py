"""The webhook URLs that Campfire has, out of its database."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from operate.doctor.finding import Mark
from operate.doctor.groups.webhook import Listener
from operate.doctor.groups.webhook_urls import DATABASE, entered, url_findings

HERE, AWAY = "http://127.0.0.1:5000", "http://bot:5002"
ANSWERING = {HERE: Listener.NOBODY, AWAY: Listener.ANOTHER}


def test_they_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    """By the bot's user id."""
    (tmp_path / "db").mkdir()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database, database:
        database.execute("CREATE TABLE webhooks (id INTEGER, user_id INTEGER, url TEXT)")
        database.execute(
            "INSERT INTO webhooks (user_id, url) VALUES (3, 'http://bot:5002/webhook')"
        )
    assert entered(tmp_path) == {3: "http://bot:5002/webhook"}


@pytest.mark.parametrize("text", [None, "no database"])
def test_what_cannot_be_read_is_not_known(tmp_path: Path, text: str | None) -> None:
    """Nothing is made where nothing is."""
    (tmp_path / "db").mkdir()
    if text:
        (tmp_path / DATABASE).write_text(text)
    assert entered(tmp_path) is None
    assert [it.mark for it in url_findings(None, {"ops": 3}, {}, 5002)] == [Mark.UNKNOWN]
    assert (tmp_path / DATABASE).exists() is bool(text)


@pytest.mark.parametrize(
    ("urls", "mark", "words"),
    [
        ({}, Mark.BROKEN, "no webhook URL"),
        ({3: ""}, Mark.BROKEN, "no webhook URL"),
        ({3: "http://bot:1/webhook/other"}, Mark.BROKEN, "not its address"),
        ({3: "http://bot:1/"}, Mark.BROKEN, "not its address"),
        ({3: f"{HERE}/webhook/ops"}, Mark.BROKEN, "nobody answers; the web process listens on"),
        ({3: f"{AWAY}/webhook/ops"}, Mark.WARNING, "another program answers, asked from here"),
        ({3: "http://x:hush@ours:9/webhook?token=hush"}, Mark.OK, "Campfire has http://ours:9/web"),
    ],
)
def test_a_url_that_leads_elsewhere_is_told(
    urls: Mapping[int, str], mark: Mark, words: str
) -> None:
    """The predecessor's wrong port; a token in it is not shown."""
    (found,) = url_findings(urls, {"ops": 3}, ANSWERING, 5002)
    assert found.mark is mark
    assert words in found.found
    assert "hush" not in found.found + found.mend
    assert mark is Mark.OK or ":5002/webhook/ops" in found.mend
