"""Log lines: nothing that may hold chat text or a key is printed."""

import json
import subprocess
import sys

from shared.logs import withhold

PROGRAM = """
import logging, structlog
from shared.logs import configure_logs
configure_logs("json", "debug", process="test")
log = structlog.get_logger()
secret = "3-supersecretkey"
log.info("event", room=2, text=secret, url=secret)
try:
    local = secret
    raise ValueError("what happened to " + secret)
except ValueError:
    log.exception("failed")
logging.getLogger("httpx").info("POST %s", secret)
logging.getLogger("somebody").warning("a word")
"""

QUIET = """
import io, structlog
from shared.logs import configure_logs, lines
seen = []
lines.withhold = lambda logger, name, event: seen.append(event["event"]) or event
configure_logs("json", "warning", to=io.StringIO(), process="test")
log = structlog.get_logger()
log.info("hidden")
log.warning("shown")
print("looked at:", seen)
"""


def test_fields_that_may_hold_text_are_withheld() -> None:
    """A field named like text or a key keeps its name and loses its value."""
    event = withhold(None, "info", {"event": "x", "room": 2, "text": "hello", "token": "t"})
    assert event == {"event": "x", "room": 2, "text": "(withheld)", "token": "(withheld)"}


def test_no_secret_leaves_by_a_log_line() -> None:
    """Neither a field, nor a traceback's variables and words, nor httpx's URLs show it."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert "supersecret" not in run.stdout + run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["event", "failed", "a word"]
    assert lines[0]["process"] == "test"
    assert "ValueError: (withheld)" in lines[1]["exception"]
    assert "line 10, in <module>" in lines[1]["exception"]


def test_for_a_line_that_nobody_sees_nothing_is_done() -> None:
    """None of what makes a line looks at it below the level; from there on all does."""
    run = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[0] == "looked at: ['shown']"
