"""Who leaves is no error, at whatever moment."""

import pytest
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from ingress.silence import Silence

SOCKET: Scope = {"type": "websocket"}


async def _left(_: Message) -> None:
    raise OSError("what a server says of a peer that has gone")


async def _connects() -> Message:
    return {"type": "websocket.connect"}


async def _accepts(scope: Scope, receive: Receive, send: Send) -> None:
    await WebSocket(scope, receive, send).accept()


async def _fails(scope: Scope, receive: Receive, send: Send) -> None:
    raise OSError("of ours")


@pytest.mark.parametrize(
    ("app", "told"), [(_accepts, ["client_left"]), (_fails, ["request_failed"])]
)
async def test_who_leaves_before_the_handshake_is_over_has_left(
    app: object, told: list[str]
) -> None:
    """What fails in the app itself is told as what it is."""
    with capture_logs() as logs:
        await Silence(app)(SOCKET, _connects, _left)  # type: ignore[arg-type]
    assert [entry["event"] for entry in logs] == told
