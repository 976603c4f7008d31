"""The bot's key stands in every URL, and never gets out: no error, log line or repr holds it."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from consumer.campfire.client import Campfire
from shared.errors import CampfireError

TOKEN = "s3cr3tT0k3n"
KEY = f"3-{TOKEN}"

CALLS: list[Callable[[Campfire], Awaitable[object]]] = [
    lambda campfire: campfire.post(2, KEY, "hi"),
    lambda campfire: campfire.post_file(2, KEY, "a.txt", b"x"),
    lambda campfire: campfire.edit(2, KEY, "7", "hi"),
    lambda campfire: campfire.delete(2, KEY, "7"),
    lambda campfire: campfire.boost(2, KEY, "7", "👀"),
    lambda campfire: campfire.unboost(2, KEY, "7", 1),
    lambda campfire: campfire.page(2, KEY),
    lambda campfire: campfire.find_own(2, KEY, "hi", 5),
]
LEAKY = {
    "Location": f"http://campfire.test/rooms/2/{KEY}/messages",
    "Link": f'<http://campfire.test/rooms/2/{KEY}/messages?before=1>; rel="next"',
}
KINDS = [
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.TooManyRedirects,
]


def _raising(kind: type[httpx.RequestError]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        raise kind(f"while asking {request.url}", request=request)

    return httpx.MockTransport(answer)


def _saying(status: int) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, text=KEY, headers=LEAKY))


def _undecodable() -> httpx.MockTransport:
    headers = LEAKY | {"Content-Encoding": "gzip"}
    return httpx.MockTransport(
        lambda request: httpx.Response(
            200, stream=httpx.ByteStream(b"not gzip " + KEY.encode()), headers=headers
        )
    )


STATUSES = [200, 201, 204, 301, 302, 400, 401, 403, 404, 418, 422, 429, 500, 502, 503]
TRANSPORTS = {
    **{kind.__name__: _raising(kind) for kind in KINDS},
    **{str(status): _saying(status) for status in STATUSES},
    "undecodable": _undecodable(),
}


@pytest.mark.parametrize("transport", TRANSPORTS.values(), ids=TRANSPORTS.keys())
async def test_no_trouble_shows_the_key(
    transport: httpx.MockTransport, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call against every failure: texts, arguments, causes, contexts and logs are clean."""
    caplog.set_level(logging.DEBUG)
    seen = []
    async with Campfire("http://campfire.test", transport) as campfire:
        for call in CALLS:
            seen += await _words_of(call(campfire))
        seen.append(repr(campfire))
    assert len(seen) > len(CALLS)
    assert TOKEN not in "".join(seen) + caplog.text


async def _words_of(call: Awaitable[object]) -> list[str]:
    """Everything a program could print of a call's result or error, all the way down."""
    try:
        return [repr(await call)]
    except CampfireError as error:
        return list(_words_of_error(error))


def _words_of_error(error: BaseException | None) -> Iterator[str]:
    if error is not None:
        yield from (str(error), repr(error), repr(vars(error)))
        yield from traceback.format_exception(error)
        yield from _words_of_error(error.__cause__)
        yield from _words_of_error(error.__context__)


async def test_even_a_talkative_log_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    """httpx logs each URL at INFO: the key in it is not, whatever the log's level."""
    caplog.set_level(logging.DEBUG)
    transport = httpx.MockTransport(lambda _: httpx.Response(201, headers={"Location": "/m/1"}))
    async with Campfire("http://campfire.test", transport) as campfire:
        await campfire.post(2, KEY, "hi")
    assert "/rooms/2/(key)/messages" in caplog.text
    assert TOKEN not in caplog.text
