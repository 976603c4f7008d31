"""What a first set-up has to know."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.bots.fields import BOT_ID
from shared.secret_names import BOT_KEY

WHERE_KEYS_STAND = """\
In Campfire, as an administrator: your avatar, Bots, New bot, then its page. The key stands nowhere
by itself, only within the `curl` line there, which the page cuts off at its right edge: select the
whole line. Paste the line, or of /rooms/1/3-a1b2c3d4e5f6/messages the middle: 3-a1b2c3d4e5f6."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:_@%/\[\]-]+")
_API_KEY = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""Neither holds what a line of `.env` would be read by otherwise."""
_IN_A_LINE = re.compile(rf"/rooms/[0-9]+/({BOT_KEY.pattern})/messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All of it."""

    campfire: str
    """Campfire's address."""
    bot: str
    """The id of the first bot."""
    bot_key: str = field(repr=False)
    api_key: str = field(repr=False)


def address(text: str) -> str | None:
    """An address as CAMPFIRE_URL has it; None for what is none."""
    given = text.strip().rstrip("/")
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    return given if parts.hostname and _ADDRESS.fullmatch(given) else None


def bot_id(text: str) -> str | None:
    """An id as a bot file has it; None for what is none."""
    given = text.strip()
    return given if re.fullmatch(BOT_ID, given) else None


def bot_key(text: str) -> str | None:
    """The key, by itself or within the `curl` line that Campfire shows; None for what has none."""
    given = text.strip()
    if BOT_KEY.fullmatch(given):
        return given
    found = _IN_A_LINE.search(given)
    return found[1] if found else None


def api_key(text: str) -> str | None:
    """Claude's key; None for what cannot be one."""
    given = text.strip()
    return given if _API_KEY.fullmatch(given) else None
