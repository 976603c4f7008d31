"""What a terminal would obey reaches it as text."""

import subprocess
import sys

import pytest

from shared.printable import printable

HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31mred\u202egnp.exe"
LOGGED = f"""
import logging, structlog
from shared.errors import BotError
from shared.logs import configure_logs
configure_logs("console", "debug", process="test")
hostile = {HOSTILE!r}
structlog.get_logger().info("event", what=hostile, several=[hostile])
logging.getLogger("somebody").warning("a word: %s", hostile)
try:
    raise BotError(hostile)
except BotError:
    structlog.get_logger().exception("failed")
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë 小明 👩\u200d💻 نام\u200cها\tok\n", "Zoë 小明 👩\u200d💻 نام\u200cها\tok\n"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\rb", "a\\rb"),
        ("\x9b31m\x7f\0", "\\x9b31m\\x7f\\x00"),
        ("\u202egnp\u2028", "\\u202egnp\\u2028"),
        ("\ud800", "\\ud800"),
    ],
)
def test_signs_that_act_are_shown_as_escapes(text: str, shown: str) -> None:
    """Colours, cursor moves, the clipboard (OSC 52), C1, overrides; words stay as they are."""
    assert printable(text) == shown


def test_a_log_for_people_moves_no_cursor() -> None:
    """Neither in a value, nor in another library's line, nor in a traceback."""
    run = subprocess.run([sys.executable, "-c", LOGGED], capture_output=True, check=True)
    assert run.stdout.decode() == printable(run.stdout.decode())
    assert run.stdout.decode().count("\\x1b]52;c;") == 4
    assert run.stderr == b""
