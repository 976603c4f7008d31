"""What Campfire itself has as the webhook URL of each bot, where its storage is mounted here."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from ingress.settings import is_loopback
from operate.doctor.finding import Finding, broken, ok, unknown, warning
from operate.doctor.groups.campfire import origin
from operate.doctor.groups.webhook import Listener

DATABASE = Path("db") / "production.sqlite3"
WAIT_S = 2.0


def entered(storage: Path) -> dict[int, str] | None:
    """By Campfire's user id (docs/campfire.md has the table); None where it cannot be read.

    Ask `CampfireStorage.trouble` first: a look may be in Campfire's way.
    """
    try:
        with closing(_opened(storage / DATABASE)) as database:
            rows = database.execute("SELECT user_id, url FROM webhooks").fetchall()
    except sqlite3.Error:
        return None
    return {int(user_id): str(url) for user_id, url in rows}


def url_findings(
    urls: Mapping[int, str] | None,
    user_ids: Mapping[str, int],
    answering: Mapping[str, Listener],
    port: int,
) -> Iterator[Finding]:
    """`user_ids` of our bots in Campfire; `answering`: who answers where those URLs lead to."""
    if urls is None:
        yield unknown("Campfire's database cannot be read, in which the webhook URLs stand")
        return
    for bot_id, user_id in user_ids.items():
        yield _one(bot_id, urls.get(user_id), answering, port)


def shown(url: str) -> str:
    """Without what may be a token or a password."""
    return origin(url) + urlsplit(url).path


def _one(bot_id: str, url: str | None, answering: Mapping[str, Listener], port: int) -> Finding:
    mend = f"On its page in Campfire enter the address that ends with :{port}/webhook/{bot_id}."
    if not url:
        return broken(f"{bot_id}: Campfire has no webhook URL for it, and never calls", mend)
    path = urlsplit(url).path
    if path not in ("/webhook", f"/webhook/{bot_id}"):
        return broken(f"{bot_id}: Campfire calls {shown(url)}, which is not its address", mend)
    who = answering.get(origin(url), Listener.OURS)
    if who is Listener.OURS:
        return ok(f"{bot_id}: Campfire has {shown(url)}")
    found = f"{bot_id}: Campfire calls {shown(url)}, where {who.value} answers"
    if is_loopback(urlsplit(url).hostname or ""):
        return broken(f"{found}; the web process listens on port {port}", mend)
    return warning(f"{found}, asked from here", f"Try that address from Campfire's machine. {mend}")


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)
