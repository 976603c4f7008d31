"""What the processes print names no key, no token and nothing that was said."""

from tests.acceptance.environment import SECRETS, WEBHOOK_TOKEN
from tests.acceptance.stack import Stack
from tests.deliveries import delivery

MARKER = "xyzzy-plugh-said-in-the-room"


async def test_no_line_of_any_process_holds_a_secret_or_chat_text(stack: Stack) -> None:
    """Good, refused and failing messages; a dead CLI; a Campfire that stumbles; then look."""
    assert MARKER in await stack.ask(f"echo {MARKER}")
    await stack.ask(f"error 400 {MARKER}")
    await stack.ask(f"error 400; {MARKER}\n\nerror 400")
    await stack.campfire.order_fault(kind="status", status=503, times=1)
    await stack.ask(f"echo {MARKER}")
    body = delivery(plain=MARKER, key="9-wrongwrongwr")
    for path in ("/webhook/assistant", f"/webhook/{MARKER}", "/webhook/assistant?token=nonsense"):
        assert (await stack.http.post(path, json=body)).status_code in (401, 404)
    for content in (MARKER.encode(), b'{"' + MARKER.encode() + b'": 1}'):
        answer = await stack.http.post(
            "/webhook/assistant", params={"token": WEBHOOK_TOKEN}, content=content
        )
        assert answer.status_code == 400
    await stack.worker.restart()
    await stack.ready()
    assert "first thing" in await stack.ask("what did I say first?")
    found = [
        f"{name}: {line}"
        for name, process in stack.processes.items()
        for line in process.log.lines
        for secret in (*SECRETS, MARKER)
        if secret in line
    ]
    assert not found
    assert len(stack.worker.log.lines) > 10
