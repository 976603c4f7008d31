"""Connections to the master that sentinels name, asked for anew at each connect."""

import asyncio
import time
from typing import Any

from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSilent

from shared.redis.address import PATIENCE, Sentinels
from shared.redis.light_connection import LightConnection
from shared.redis.pool import WaitingPool

LOOK_AGAIN_S = 1.0
"""How old the sentinels' word may be when a connection is used again: a round trip a second."""
SENTINELS_AWAY_S = 10.0
"""The same while none of them answers, which takes a second or two to find out."""

Address = tuple[str, int]


class NoSentinelAnswers(MasterNotFoundError):
    """None of the sentinels answers."""


class UnknownMaster(MasterNotFoundError):
    """The sentinels that answer know no master of this name."""


class NoMasterNow(MasterNotFoundError):
    """The sentinels know the master, and that it is down: a failover is under way."""


class Lookup(Sentinel):
    """Sentinels asked in turn, the one that answered last first; one question at a time."""

    _asking: "asyncio.Task[Address] | None" = None

    async def discover_master(self, service_name: str) -> Address:
        """The master's address; raises NoSentinelAnswers, UnknownMaster, NoMasterNow.

        Whoever asks while a question is on its way hears its answer: after a failover all
        connections of a pool ask at once.
        """
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(service_name), name="sentinels")
            self._asking.add_done_callback(self._answered)
        return await asyncio.shield(self._asking)

    async def aclose(self) -> None:
        """Close the connections to the sentinels; they open again when needed."""
        for sentinel in self.sentinels:
            await sentinel.aclose()

    async def _ask(self, name: str) -> Address:
        known: list[bool] = []
        for place, sentinel in enumerate(self.sentinels):
            try:
                masters = await sentinel.sentinel_masters()  # type: ignore[no-untyped-call]
            except (RedisIsAway, RedisIsSilent):
                continue
            state = masters.get(name)
            known.append(state is not None)
            if state and self.check_master_state(state, name):
                self.sentinels[0], self.sentinels[place] = sentinel, self.sentinels[0]
                return state["ip"], state["port"]
        raise _absence(name, known)

    def _answered(self, task: "asyncio.Task[Address]") -> None:
        self._asking = None
        if not task.cancelled():
            task.exception()  # read, also where everybody who asked has been cancelled


class MasterPool(WaitingPool, SentinelConnectionPool):
    """Waits for a free connection, as redis-py's own pool over sentinels does not."""

    def __init__(self, at: Sentinels, **options: Any) -> None:
        options |= at.of_server
        is_tls = options.pop("ssl", False)
        of_sentinels = {**PATIENCE, **at.of_sentinels}
        self._ask_again_s = 0.0
        self._lookup = Lookup(at.hosts, sentinel_kwargs=of_sentinels)  # type: ignore[no-untyped-call]
        super().__init__(
            service_name=at.master,
            sentinel_manager=self._lookup,
            connection_class=_TlsConnection if is_tls else _Connection,
            **options,
        )

    async def get_connection(self, *_: Any, **__: Any) -> Any:
        """As redis-py's; before it, now and then, the sentinels are asked.

        A connection to a master that was frozen works again when it wakes: for seconds it takes
        writes, until the sentinels demote it, and then throws them away.
        """
        if time.monotonic() > self._ask_again_s:
            await self._look_again()
        return await super().get_connection()

    async def get_master_address(self) -> Address:
        """As redis-py's, which closes idle connections where another is master now; busy ones too:
        they wait for the answer of a server that may be frozen. Raises as `discover_master`."""
        before = self.master_address
        address: Address = await super().get_master_address()  # type: ignore[no-untyped-call]
        if before not in (None, address):
            for busy in list(self._in_use_connections):
                await self._hang_up(busy, address)
        return address

    async def _hang_up(self, busy: Any, master: Address) -> None:
        if busy.is_connected and (busy.host, busy.port) != master:
            await busy.disconnect(nowait=True)

    async def _look_again(self) -> None:
        pause_s = LOOK_AGAIN_S
        try:
            await self.get_master_address()
        except NoMasterNow:
            pass  # asked again soon; whoever has to connect is told
        except MasterNotFoundError:
            pause_s = SENTINELS_AWAY_S  # without sentinels a master is as good as any
        self._ask_again_s = time.monotonic() + pause_s

    async def disconnect(self, inuse_connections: bool = True) -> None:
        """As redis-py's; with all connections also those to the sentinels."""
        await super().disconnect(inuse_connections)
        if inuse_connections:
            await self._lookup.aclose()


class _AtOnce:
    """redis-py looks the master up twice and tries either address twice: four timeouts in a row."""

    async def connect(self: Any) -> None:
        if not self.is_connected:
            await self.connect_to(await self.connection_pool.get_master_address())


# redis-py's before ours: they read an answer of a master that is none any more.
class _Connection(_AtOnce, SentinelManagedConnection, LightConnection):
    pass


class _TlsConnection(_AtOnce, SentinelManagedSSLConnection, LightConnection):
    pass


def _absence(name: str, known: list[bool]) -> MasterNotFoundError:
    if not known:
        return NoSentinelAnswers("none of the sentinels answers")
    if not any(known):
        return UnknownMaster(f"the sentinels know no master called {name}")
    return NoMasterNow(f"{name} is down, and the sentinels have not chosen another yet")
