"""One prompt to a client, and all that it sends back until it ends or is interrupted.

An interrupted one is read to its end, or its client is thrown away, so that nothing of it is ever
taken for a part of the next one.
"""

import asyncio
from collections.abc import Callable
from functools import partial

import structlog

from consumer.agent.agent_client import AgentClient, BeforeTool, Used
from consumer.agent.errors import AgentCrashed
from consumer.agent.events import OnEvent
from consumer.agent.spending import Meter
from consumer.sessions.session.heard import Heard
from consumer.sessions.session.stopping import Stop, hopeless
from consumer.sessions.session.stretch import Answered, Left
from consumer.toolboxes import Asking
from shared.errors import AgentError

log = structlog.get_logger(__name__)


class Exchange:
    """One prompt and its answer: waits in a session's mailbox, then runs at its client.

    Whoever wants the answer awaits `answered`.
    """

    def __init__(
        self,
        prompt: str,
        on_event: OnEvent | None,
        before_tool: BeforeTool,
        seconds: float,
        drain_timeout: float,
        meter: Meter,
        asking: Asking | None = None,
    ) -> None:
        self.answered: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self.left: asyncio.Future[Left | None] = asyncio.get_running_loop().create_future()
        """Once it is over; None when the client never got it."""
        self._prompt = prompt
        self._heard = Heard(on_event)
        self._before_tool = before_tool
        self._asking = asking
        self._meter = meter
        self._seconds = seconds
        self._drain_timeout = drain_timeout
        self._scope: asyncio.Timeout | None = None
        self._interrupt: asyncio.Task[None] | None = None
        self._client: AgentClient | None = None
        self._on_stop: Callable[[], None] = lambda: None

    async def run(self, client: AgentClient, on_stop: Callable[[], None]) -> None:
        """Send the prompt and read up to its Ended. `on_stop` is called when it is interrupted.

        Raises AgentError when the client cannot be asked again and has to be closed.
        """
        self._client, self._on_stop = client, on_stop
        await self._read_to_the_end(client)
        await self._finish_interrupt()
        self._resolve()

    def cancel(self) -> None:
        """Interrupt it, for nobody waits any more; what was done in it stays.

        The client is closed if it has not ended `drain_timeout` seconds later.
        """
        self._stop(Stop.CANCELLED)

    def shut_down(self) -> None:
        """Interrupt it, for the process goes; else as `cancel`."""
        self._stop(Stop.SHUTDOWN)

    def _stop(self, reason: Stop) -> None:
        """Does nothing where it is not at work, or was stopped before."""
        if self._client is None or self._scope is None or self._heard.stop is not None:
            return
        self._heard.interrupt(reason)
        self._on_stop()
        self._scope.reschedule(asyncio.get_running_loop().time() + self._drain_timeout)
        self._interrupt = asyncio.create_task(self._client.interrupt(), name="interrupt")

    def fail(self, error: AgentError) -> None:
        """Have `answered` raise `error`, unless it has an answer already or nobody waits."""
        if not self.answered.done():
            self.answered.set_exception(error)

    def over(self, *, asked: bool = True) -> None:
        """Resolve `left`: nothing more will be heard. `asked`: the client was given the prompt."""
        if not self.left.done():
            self.left.set_result(self._heard.left() if asked else None)

    def leave(self) -> None:
        """Give up the interrupt, if one is on its way: the client is being closed."""
        if self._interrupt is not None:
            self._interrupt.cancel()

    async def _read_to_the_end(self, client: AgentClient) -> None:
        """Read up to its Ended; raises AgentError when that does not come."""
        clock = asyncio.get_running_loop()
        deadline = clock.call_later(self._seconds, self._stop, Stop.TIMED_OUT)
        try:
            async with asyncio.timeout(None) as self._scope:
                self._meter.begins(partial(self._stop, Stop.OVER_BUDGET))
                async for message in client.ask(self._prompt, self._before_tool, self._asking):
                    self._heard.take(message)
                    if isinstance(message, Used):
                        self._meter.uses(message.tokens, goes_on=message.goes_on)
                    reason = hopeless(message, deadline.when() - clock.time())
                    if reason is not None:
                        self._stop(reason)
        except TimeoutError as error:
            log.warning("turn_not_drained", pid=client.pid)
            self._resolve()
            raise AgentCrashed("the turn did not end after its interrupt") from error
        finally:
            deadline.cancel()
            self._scope = None

    async def _finish_interrupt(self) -> None:
        """Wait for the answer to our interrupt: one that comes late would hit the next turn."""
        if self._interrupt is None:
            return
        done, _ = await asyncio.wait({self._interrupt}, timeout=self._drain_timeout)
        if not done:
            raise AgentCrashed("the interrupt was not answered")

    def _resolve(self) -> None:
        """Give the outcome to whoever waits for it."""
        try:
            answer = self._heard.answer()
        except AgentError as error:
            self.fail(error)
            return
        if not self.answered.done():
            self.answered.set_result(answer)
