"""The bot's key stands in every URL, and never gets out: no error, log line or repr holds it."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import httpx
import pytest
from aiohttp import RequestInfo
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from consumer.campfire.client import Campfire
from shared.errors import CampfireError
from tests.answering import Answering

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
OTHER_HOST = ConnectionKey("campfire.test", 80, False, True, None, None, None)
INFO = RequestInfo(
    URL(f"http://campfire.test/rooms/2/{KEY}/messages"), "POST", CIMultiDictProxy(CIMultiDict())
)
SAID = f"while asking http://campfire.test/rooms/2/{KEY}/messages"
ERRORS: list[Exception] = [
    aiohttp.ClientConnectorError(OTHER_HOST, OSError(1, SAID)),
    aiohttp.ClientConnectorDNSError(OTHER_HOST, OSError(1, SAID)),
    aiohttp.ClientConnectorCertificateError(OTHER_HOST, ValueError(SAID)),
    aiohttp.ConnectionTimeoutError(SAID),
    aiohttp.SocketTimeoutError(SAID),
    aiohttp.ServerDisconnectedError(SAID),
    aiohttp.ClientOSError(1, SAID),
    aiohttp.ClientConnectionResetError(SAID),
    aiohttp.ClientConnectionError(SAID),
    aiohttp.ClientPayloadError(SAID),
    aiohttp.ClientResponseError(INFO, (), status=400, message=SAID),
    aiohttp.ClientHttpProxyError(INFO, (), status=407, message=SAID),
    aiohttp.InvalidUrlClientError(SAID, SAID),
    aiohttp.NonHttpUrlClientError(SAID),
    TimeoutError(SAID),
    OSError(1, SAID),
]


def _saying(status: int) -> Answering:
    return Answering(lambda _: httpx.Response(status, text=KEY, headers=LEAKY))


STATUSES = [200, 201, 204, 301, 302, 400, 401, 403, 404, 418, 422, 429, 500, 502, 503]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_no_error_of_the_library_shows_the_key(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call against every error: texts, arguments, causes, contexts and logs are clean."""

    async def fails(*_: object, **__: object) -> None:
        logging.getLogger("aiohttp.client").warning("%s", error)
        raise error

    monkeypatch.setattr(aiohttp.ClientSession, "_request", fails)
    await _nothing_shows(Campfire("http://campfire.test"), caplog)
    assert "(key)" in caplog.text


@pytest.mark.parametrize("status", STATUSES)
async def test_no_answer_shows_the_key(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Every call against every status, with the key in the answer."""
    await _nothing_shows(Campfire("http://campfire.test", _saying(status)), caplog)


async def _nothing_shows(campfire: Campfire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = []
    async with campfire:
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
