"""Fetches over servers that answer as they are told: who is dialled, and who is not."""

import asyncio
from collections.abc import Sequence

import httpcore
import pytest

from consumer.toolboxes import ToolFailed
from consumer.web.fetching import Bounds, Fetcher, LedElsewhere, Page

PUBLIC, OTHER, PRIVATE = "93.184.216.34", "8.8.8.8", "10.0.0.5"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"
DOMAINS = ("good.example", "www.good.example", "evil.example")


def _to(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


class Net:
    """A resolver that names what it is told, and a dialler that keeps whom it was to dial."""

    def __init__(
        self, answers: Sequence[bytes] = (PAGE,), **names: Sequence[Sequence[str]]
    ) -> None:
        self.dialled: list[tuple[str, int]] = []
        self._answers = list(answers)
        self._names = {name.replace("_", "."): list(told) for name, told in names.items()}

    async def resolve(self, host: str) -> Sequence[str]:
        told = self._names.get(host, [[PUBLIC]])
        return told.pop(0) if len(told) > 1 else told[0]

    async def dial(
        self, address: str, port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        del timeout
        self.dialled.append((address, port))
        return httpcore.AsyncMockStream([self._answers.pop(0)])

    async def fetch(self, url: str = "http://good.example/", **bounds: int) -> Page:
        fetcher = Fetcher(self.resolve, self.dial, Bounds(**bounds))
        return await fetcher.fetch(url, DOMAINS)


async def test_a_page_comes_from_the_checked_address() -> None:
    """The dialled address is the one that was looked up and checked, not the name."""
    net = Net(good_example=[[OTHER]])
    page = await net.fetch("http://Good.Example./a?b#c")
    assert (page.data, page.content_type, page.cut) == (b"hi", "text/html", False)
    assert str(page.location) == "http://good.example/a?b"
    assert net.dialled == [(OTHER, 80)]


@pytest.mark.parametrize(
    "named",
    [
        [PRIVATE],
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::1"],
        [PUBLIC, PRIVATE],
        [PUBLIC, OTHER, "8.8.4.4", "1.1.1.1", PRIVATE],
        [],
        ["no address"],
    ],
    ids=str,
)
async def test_a_name_that_leads_inside_is_not_dialled(named: list[str]) -> None:
    """One address that is not public among a name's, and nobody is dialled at all."""
    net = Net(good_example=[named])
    with pytest.raises(ToolFailed):
        await net.fetch()
    assert net.dialled == []


async def test_a_name_that_changes_gains_nothing() -> None:
    """A name that is public when checked and private a moment later is asked once a connection."""
    net = Net([_to("/b"), PAGE], good_example=[[PUBLIC], [PRIVATE]])
    with pytest.raises(ToolFailed, match="private"):
        await net.fetch()
    assert net.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://other.example/", LedElsewhere),
        ("//other.example/", LedElsewhere),
        ("http://good.example.other.example/", LedElsewhere),
        ("http://good.example:6379/", LedElsewhere),
        ("http://127.0.0.1/", ToolFailed),
        ("http://[::1]/", ToolFailed),
        ("http://169.254.169.254/latest/meta-data/", ToolFailed),
        ("http://localhost/", ToolFailed),
        ("file:///etc/passwd", ToolFailed),
        ("gopher://good.example/", ToolFailed),
        ("http://good.example@other.example/", ToolFailed),
        ("http://good.example\\@other.example/", ToolFailed),
    ],
)
async def test_a_redirect_is_checked_as_the_first_address_was(
    location: str, error: type[ToolFailed]
) -> None:
    """No page of a bot's sites leads to where the bot may not go."""
    net = Net([_to(location), PAGE])
    with pytest.raises(error):
        await net.fetch()
    assert len(net.dialled) == 1


async def test_a_redirect_to_a_name_that_leads_inside() -> None:
    """Each step's name is looked up and checked: the second is not dialled."""
    net = Net([_to("http://evil.example/"), PAGE], evil_example=[[PRIVATE]])
    with pytest.raises(ToolFailed, match="private"):
        await net.fetch()
    assert net.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_within_the_sites_is_followed(status: int) -> None:
    """A page may lead on to another that the bot may fetch."""
    net = Net([_to("http://www.good.example/x", status), PAGE])
    assert str((await net.fetch()).location) == "http://www.good.example/x"


async def test_a_page_stays_in_cover() -> None:
    """From https no redirect leads to http, where anybody on the way may read and write."""
    net = Net([_to("http://good.example/b"), PAGE])
    with pytest.raises(ToolFailed, match="from https to http"):
        await net.fetch("https://good.example/")
    assert net.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize(("steps", "ends_well"), [(3, True), (4, False)])
async def test_redirects_are_counted(steps: int, ends_well: bool) -> None:
    """As many as the bound are followed, and not one more."""
    net = Net([*[_to("/again")] * steps, PAGE])
    if ends_well:
        assert (await net.fetch(redirects=3)).data == b"hi"
        return
    with pytest.raises(ToolFailed, match="from one address to the next"):
        await net.fetch(redirects=3)
    assert len(net.dialled) == 4


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/",
        "http://good.example:6379/",
        "http://good.example@other.example/",
        "http://127.0.0.1/",
        "http://localhost/",
        "file:///etc/passwd",
    ],
)
async def test_other_sites_are_not_even_looked_up(url: str) -> None:
    """What is not among the domains is neither resolved (DNS carries words out) nor dialled."""
    asked: list[str] = []

    async def resolve(host: str) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC]

    net = Net()
    with pytest.raises(ToolFailed):
        await Fetcher(resolve, net.dial).fetch(url, DOMAINS)
    assert (asked, net.dialled) == ([], [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status 500"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "could not be reached"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "could not be reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", "could not be reached"),
        (b"", "could not be reached"),
    ],
    ids=["404", "500", "no-http", "headers", "broken-off", "silence"],
)
async def test_what_goes_wrong_is_a_sentence(answer: bytes, words: str) -> None:
    """Other servers' answers, and what is none, end in a sentence for the model."""
    with pytest.raises(ToolFailed, match=words):
        await Net([answer]).fetch()


async def test_a_resolver_that_hangs() -> None:
    """The time for all of a fetch counts from the look-up on."""

    async def resolve(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return [PUBLIC]

    with pytest.raises(ToolFailed, match="too long"):
        await Fetcher(resolve, Net().dial, Bounds(seconds=0.05)).fetch(
            "http://good.example/", DOMAINS
        )


async def test_the_next_address_is_tried() -> None:
    """Where a name has several addresses, one that does not answer is not the end."""
    net = Net(good_example=[[OTHER, PUBLIC]])

    async def dial(address: str, port: int, timeout: float | None) -> httpcore.AsyncNetworkStream:
        if address == OTHER:
            raise httpcore.ConnectError
        return await net.dial(address, port, timeout)

    page = await Fetcher(net.resolve, dial).fetch("http://good.example/", DOMAINS)
    assert page.data == b"hi"
