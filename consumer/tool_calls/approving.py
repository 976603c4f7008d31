"""The port to those who ask people: what the hook needs of requests for approval."""

from collections.abc import Mapping
from typing import Any, Protocol

from consumer.tool_calls.decision import NOBODY_ASKED
from consumer.toolboxes import Asking
from shared.approvals import Request


class Approving(Protocol):
    """What the hook asks of consumer.approvals."""

    async def ask(
        self,
        asking: Asking,
        tool: str,
        values: Mapping[str, Any],
        call_id: str,
        who: frozenset[int],
    ) -> str:
        """Put on record that a call waits for a person's word; what the model is told of it."""
        ...

    async def approved(self, asking: Asking, tool: str) -> Request | None:
        """What this turn is to carry out, where a call of this tool does; None: it does not."""
        ...

    async def take(self, asking: Asking, request: Request, call_id: str) -> bool:
        """Whether the approved call runs now: once, and never again."""
        ...

    async def ran(self, call_id: str, *, failed: bool) -> None:
        """A call ran to its end, one that was approved or another one."""
        ...


class NobodyApproves:
    """Asks nobody: for agents whose turns are nobody's messages."""

    async def ask(
        self,
        asking: Asking,
        tool: str,
        values: Mapping[str, Any],
        call_id: str,
        who: frozenset[int],
    ) -> str:
        """Record nothing, and say that nobody is asked."""
        del asking, tool, values, call_id, who
        return NOBODY_ASKED

    async def approved(self, asking: Asking, tool: str) -> Request | None:
        """None: no call was approved."""
        del asking, tool
        return None

    async def take(self, asking: Asking, request: Request, call_id: str) -> bool:
        """False: no call was approved."""
        del asking, request, call_id
        return False

    async def ran(self, call_id: str, *, failed: bool) -> None:
        """Note nothing."""
