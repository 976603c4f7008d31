"""Whether Campfire's calls arrive: what has to be entered there, and what listens here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import httpx

from consumer.certificates import trusted
from ingress.settings import is_loopback
from operate.doctor.finding import Finding, broken, ok, unknown, warning
from operate.launch.environment import local_url
from shared.operating.bots import BotRow

PATIENCE_S = 5.0


class Listener(Enum):
    """Who answers at an address."""

    OURS = "our web process"
    ANOTHER = "another program"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way from Campfire to us."""

    host: str
    port: int
    here: Listener
    """Who listens at our port, asked on this machine."""
    base: str = ""
    """What Campfire calls us, where the operator says so."""
    there: Listener | None = None
    """Who answers at `base`."""
    campfire_url: str = ""
    is_sandbox: bool = False
    """Campfire is `make run`'s sandbox, which knows by itself where to call."""

    @property
    def url(self) -> str:
        """What a webhook URL begins with."""
        return self.base.rstrip("/") or local_url(self.host, self.port)


async def listener(base: str) -> Listener:
    """Ask for our sign of life; never raises."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S, verify=trusted()) as http:
            answer = await http.get(f"{base.rstrip('/')}/health")
            ours = answer.is_success and answer.json() == {"status": "ok"}
    except httpx.ConnectError:
        return Listener.NOBODY
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return Listener.ANOTHER
    return Listener.OURS if ours else Listener.ANOTHER


def way_findings(way: Way) -> Iterator[Finding]:
    """What is told of the way, for all bots."""
    yield _here(way)
    if way.there is not None:
        yield _there(way, way.there)
    elif is_loopback(way.host) and not _is_here(way.campfire_url):
        yield warning(
            f"HOST is {way.host}, and Campfire is not on this machine: it cannot call that",
            "Set HOST=0.0.0.0 where nobody else reaches the port, or put the public address into"
            " the webhook URL, and have it checked by `doctor --base https://…`.",
        )
    if urlsplit(way.url).scheme == "https":
        yield ok("a proxy stands in between: its own error pages land in the room (docs/deploy.md)")


def delivery_findings(way: Way, bots: Iterable[str], rows: Iterable[BotRow]) -> Iterator[Finding]:
    """Of each bot its URL, and whether Campfire ever called it; no `rows`: Redis did not say."""
    known = {row.bot_id: row for row in rows}
    for bot_id in bots:
        url = f"{way.url}/webhook/{bot_id}"
        yield _delivered(bot_id, url, known.get(bot_id), is_known=way.is_sandbox)


def _here(way: Way) -> Finding:
    if way.here is Listener.OURS:
        return ok(f"the web process listens on port {way.port}")
    if way.here is Listener.ANOTHER:
        return broken(
            f"another program answers on port {way.port}",
            "Stop it, or give the web process another PORT, and change the webhook URL of each bot"
            " in Campfire with it.",
        )
    return warning(
        f"nothing listens on port {way.port}: the web process does not run, or not here",
        "Start the service: `.venv/bin/python -m operate.launch` (docs/deploy.md has other ways).",
    )


def _there(way: Way, there: Listener) -> Finding:
    if there is Listener.OURS:
        return ok(f"{way.url} leads to the web process")
    what = "nobody answers" if there is Listener.NOBODY else "something else answers"
    return broken(
        f"{way.url}: {what}",
        f"Check the host and the port: the web process listens on {way.port}.",
    )


def _delivered(bot_id: str, url: str, row: BotRow | None, *, is_known: bool) -> Finding:
    if row is None:
        return unknown(f"{bot_id}: its webhook URL is {url}; whether Campfire called, Redis knows")
    refused = row.refused
    if refused is not None and refused.at_ms > (row.delivered_ms or 0):
        return warning(
            f"{bot_id}: the last call for it was turned away with {refused.status}",
            f"Enter {url} as the webhook URL of this very bot: its key comes with each call, and"
            " has to be this bot's.",
        )
    if row.delivered_ms is None and not is_known:
        return warning(
            f"{bot_id}: Campfire never called for it",
            f"Enter {url} as its webhook URL on the bot's page in Campfire, then mention it in a"
            " room that it is in; `doctor --wait` waits for that call.",
        )
    return ok(f"{bot_id}: Campfire calls {url}")


def _is_here(url: str) -> bool:
    return not url or is_loopback(urlsplit(url).hostname or "")
