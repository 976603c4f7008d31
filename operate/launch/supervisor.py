"""Start everything of a plan, watch it, and end it in order: service, stand-ins, Valkey."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from operate.launch.child import Child
from operate.launch.console import Console
from operate.launch.leftovers import COOKIE, guarded
from operate.launch.plan import Plan
from operate.launch.readiness import until_ready
from operate.launch.valkey import EmbeddedValkey, FolderInUse, ValkeyError, launchers_valkey
from shared.startup.handover import offered

EXIT_FAILED = 1
EXIT_CONFIGURATION = 2
ONE_WISH_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDED_AS_ASKED = (0, -signal.SIGTERM, 128 + signal.SIGTERM)
OVERLAP_POLL_SECONDS = 0.2
"""Nobody tells when another container is gone; its lock does when it is asked for."""


class Supervisor:
    """Runs one plan once."""

    def __init__(self, plan: Plan, environment: Mapping[str, str], console: Console) -> None:
        """`environment` is each process's; the secrets in it are handed over, not set."""
        self._plan = plan
        self._environment = dict(environment)
        self._console = console
        self._asked = asyncio.Event()
        self._asked_at = 0.0
        self._insisted = asyncio.Event()
        self._valkey: EmbeddedValkey | None = None
        self._service: list[Child] = []
        self._stand_ins: list[Child] = []
        self._exit_code = 0

    async def run(self) -> int:
        """Until it is asked to stop or a process ends; the exit code for the shell.

        0: stopped as asked, 1: something ended or had to be killed, 2: a setting is wrong.
        Raises ValkeyError.
        """
        with ExitStack() as cleanup:
            self._listen_to_signals(cleanup)
            self._start_valkey(cleanup)
            self._environment[COOKIE] = cleanup.enter_context(guarded(self._plan.grace_seconds))
            try:
                await self._start()
                await self._watch()
            finally:
                await self._end()
        return self._exit_code

    def _listen_to_signals(self, cleanup: ExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                loop.add_signal_handler(number, self._ask)
                cleanup.callback(loop.remove_signal_handler, number)

    def _ask(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._asked.is_set():
            # One wish may arrive twice: `timeout` signals the group, and make hands it on.
            if now - self._asked_at > ONE_WISH_SECONDS:
                self._insisted.set()
        else:
            self._asked_at = now
            self._console.say("Stopping: what is being answered is finished. Again: end at once.")
            self._asked.set()

    def _start_valkey(self, cleanup: ExitStack) -> None:
        if self._plan.valkey is not None:
            self._valkey = launchers_valkey(self._plan.valkey)
            if self._plan.overlap and self._valkey.socket is None:
                raise ValkeyError(f"DATA_DIR: {self._plan.valkey} is too long a path for --overlap")
            if not self._plan.overlap:
                self._valkey.start()
            cleanup.callback(self._valkey.stop)
            self._environment["REDIS_URL"] = self._valkey.url

    async def _start(self) -> None:
        await self._start_each(self._plan.stand_ins, self._stand_ins)
        await self._start_each(self._plan.service, self._service)

    async def _start_each(self, commands: Mapping[str, str], children: list[Child]) -> None:
        for name, command in commands.items():
            show = self._console.write
            with offered(self._environment) as (environment, descriptor):
                child = await Child.start(name, command, environment, show, descriptor)
            children.append(child)

    async def _watch(self) -> None:
        """Return once somebody asked to stop or something has ended by itself."""
        ends = {
            asyncio.create_task(child.ended()): child.name
            for child in (*self._stand_ins, *self._service)
        }
        if self._valkey is not None:
            ends[asyncio.create_task(self._valkey_ended(self._valkey))] = "valkey"
        asked = asyncio.create_task(self._asked.wait())
        ready = asyncio.create_task(self._say_ready())
        await asyncio.wait({*ends, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not self._asked.is_set():
            for end in filter(asyncio.Task.done, ends):
                self._note_unexpected(ends[end], end.result())
        for task in (*ends, asked, ready):
            task.cancel()

    async def _valkey_ended(self, valkey: EmbeddedValkey) -> int:
        """Its exit code; where a predecessor still has the folder, it is waited for first.

        Until then that server answers at the socket, which is in the folder too.
        """
        while self._plan.overlap and valkey.pid is None:
            try:
                # On this thread: the server ends with the one that started it.
                valkey.start(lock_seconds=0)
            except FolderInUse:
                await asyncio.sleep(OVERLAP_POLL_SECONDS)
        return await asyncio.to_thread(valkey.wait)

    async def _say_ready(self) -> None:
        seconds = await until_ready(self._plan.probes, self._console.say)
        self._console.say(f"Ready after {seconds:.1f} s. {self._plan.closing}")

    def _note_unexpected(self, name: str, code: int) -> None:
        if code == EXIT_CONFIGURATION:
            self._console.say(f"{name} refuses to start; its lines above say why.")
        else:
            self._console.say(f"{name} ended {_how(code)}; everything else is ended too.")
        self._exit_code = max(self._exit_code, code if code == EXIT_CONFIGURATION else EXIT_FAILED)

    async def _end(self) -> None:
        # The worker still talks to the stand-ins while it finishes its turns.
        await self._end_each(self._service)
        await self._end_each(self._stand_ins)

    async def _end_each(self, children: Sequence[Child]) -> None:
        running = [child for child in children if child.code is None]
        for child in running:
            child.terminate()
        ends = [asyncio.create_task(child.ended()) for child in running]
        if await self._all_ended(ends):
            self._note_failures(running)
            return
        for child in running:
            if child.code is None:
                self._console.say(f"{child.name} is killed: it was still at work.")
                self._exit_code = self._exit_code or EXIT_FAILED
                child.kill()
        await asyncio.gather(*ends)

    async def _all_ended(self, ends: Sequence[asyncio.Task[int]]) -> bool:
        """Whether they did within the grace period, and before somebody insisted."""
        everyone = asyncio.gather(*ends)
        insisted = asyncio.create_task(self._insisted.wait())
        either: set[asyncio.Future[Any]] = {everyone, insisted}
        await asyncio.wait(
            either, timeout=self._plan.grace_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        insisted.cancel()
        return everyone.done()

    def _note_failures(self, children: Sequence[Child]) -> None:
        for child in children:
            if child.code not in ENDED_AS_ASKED:
                self._console.say(
                    f"{child.name} ended {_how(child.code or 0)} when it was stopped."
                )
                self._exit_code = self._exit_code or EXIT_FAILED


def _how(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
