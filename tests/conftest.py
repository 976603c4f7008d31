"""What every tier may ask for: a real Valkey, and names in it that nobody else uses."""

import asyncio
import gc
import hashlib
import os
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

import httpx
import pytest
import structlog
import uvicorn.server
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.loopback import guard, namespace
from tests.patience import PATIENCE_S
from tests.short_forms import mark_long_forms
from tests.zygote import Zygote

pytest_plugins = ["pytester", "tests.watch"]

# A machine that stands still for a second fails no property.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

LONGEST_PAUSE_S = 0.05
"""Between two looks of `eventually`: what passes within it is not to be looked for by it."""
BEGAN = time.monotonic()
"""When this run of pytest began, s of the monotonic clock."""


def pytest_configure(config: pytest.Config) -> None:
    """Leave the network before anything runs; xdist's workers are children of who has left."""
    if os.environ.get("CONTRACT_CAMPFIRE_URL"):
        return  # the contract tests against a real Campfire, which somebody asked for
    if not hasattr(config, "workerinput"):
        namespace.enter_if_allowed()
    guard.install()


def pytest_sessionstart() -> None:
    """What is collected is no garbage: to look for some, again and again, takes a third of it.

    What derives keys from a secret is slow on purpose; each test's web process, and some tables of
    cases while they are collected, do it again and again of the same words: here it is done once.
    """
    gc.disable()
    hashlib.scrypt = cache(hashlib.scrypt)  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, among what tests make."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marker
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what `make test` leaves to `make long`."""
    mark_long_forms(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`make test` says its minutes: above 10 on two cores the long forms move elsewhere."""
    minutes = (time.monotonic() - BEGAN) / 60
    terminalreporter.write_line(
        f"These tests took {minutes:.1f} minutes on {os.cpu_count()} cores."
    )
    if not namespace.is_alone():
        terminalreporter.write_line(
            "No network namespace may be made here: children had a network."
        )


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail a test that tried to reach another machine, also where that error was swallowed."""
    yield
    if elsewhere := guard.tried():
        pytest.fail(str(guard.LeavesThisMachine(", ".join(elsewhere))), pytrace=False)


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """structlog's default renders a traceback with every local variable, for seconds."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ]
    )


class _HurriedAsyncio:
    """asyncio as uvicorn's server sees it: what it sleeps between two looks is a tenth."""

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 10)


@pytest.fixture(autouse=True, scope="session")
def _servers_stop_at_once() -> Iterator[None]:
    """uvicorn looks every 0.1 s whether it is to stop, and then waits for as long: a thousand
    tests would wait for minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvicorn.server, "asyncio", _HurriedAsyncio())
        yield


@pytest.fixture(autouse=True, scope="session")
def _loops_end_what_was_closed() -> Iterator[None]:
    """A pipe that was closed, but whose reader took not all that was written, goes on closing when
    its loop ends: it complained in whatever test ran when it was taken for garbage."""
    close = asyncio.SelectorEventLoop.close

    def once_closed(loop: asyncio.SelectorEventLoop) -> None:
        if not loop.is_closed() and (closing := _closing_pipes(loop)):
            for pipe in closing:
                pipe.abort()
            loop.run_until_complete(asyncio.sleep(0))
        close(loop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.SelectorEventLoop, "close", once_closed)
        yield


def _closing_pipes(loop: Any) -> list[asyncio.WriteTransport]:
    """Those that wait in the loop's selector for whoever reads them."""
    waiting = [key.data[1] for key in loop._selector.get_map().values()]
    owners = [getattr(it._callback, "__self__", None) for it in waiting if it is not None]
    return [it for it in owners if isinstance(it, asyncio.WriteTransport) and it.is_closing()]


@pytest.fixture(autouse=True, scope="session")
def _certificates_are_read_once() -> Iterator[None]:
    """A client of httpx reads 140 certificates, also where it only ever speaks plain HTTP: a
    tenth of a second in each of a thousand tests."""
    make = httpx.create_ssl_context

    @cache
    def made(file: str | None, folder: str | None, trust_env: bool) -> ssl.SSLContext:
        return make(trust_env=trust_env)

    def once(
        verify: ssl.SSLContext | str | bool = True, cert: object = None, trust_env: bool = True
    ) -> ssl.SSLContext:
        if verify is not True or cert is not None:
            return make(verify=verify, cert=cert, trust_env=trust_env)  # type: ignore[arg-type]
        where = os.environ.get
        return made(where("SSL_CERT_FILE"), where("SSL_CERT_DIR"), trust_env)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx._transports.default, "create_ssl_context", once)
        yield


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """One real server for the whole run; never flushed, tests differ by prefix."""
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """Where the one browser of this worker listens."""
    from tests.chromium import running_chromium  # Playwright takes a second to import

    with running_chromium() as url:
        yield url


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """What commands, and every process of a stack, are forked from, unless a test asks for
    fresh ones."""
    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def keys() -> Keys:
    """Key names of this test alone."""
    return Keys(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client of the real server."""
    client = redis_client(valkey.url)
    yield client
    await client.aclose()


async def eventually(predicate, *, within_s: float = PATIENCE_S):  # type: ignore[no-untyped-def]
    """Await `predicate()` until it is true, where the code under test gives no signal.

    It is asked every hundredth of a second, and less often the longer it takes: what is asked is
    as a rule a process, which would do nothing else, nor let the others.
    """
    pause = 0.01
    async with asyncio.timeout(within_s):
        while not (found := await predicate()):
            await asyncio.sleep(pause)
            pause = min(pause * 1.1, LONGEST_PAUSE_S)
    return found
