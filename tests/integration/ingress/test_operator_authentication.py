"""The operator's routes: not for being near, not for a page, and two that `off` opens."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute

from ingress.app import ROUTERS
from ingress.no_page import no_page
from ingress.operator.page.authentication.guard import by_our_name, from_our_page, reader
from ingress.operator.page.authentication.guard import operator as page_operator
from tests.acceptance.environment import free_port
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, RunningIngress
from tests.integration.ingress.live.watching import ADMIN
from tests.patience import PATIENCE_S

STATS = [("GET", "/queue/stats"), ("GET", "/session/stats")]
CHANGES = [
    ("DELETE", "/jobs/p:assistant:2:7"),
    ("DELETE", "/sessions?all"),
    ("DELETE", "/sessions/2/assistant"),
    ("POST", "/lanes/2/assistant/link?rights=talk&name=Ada"),
]
EVENTS = [("GET", "/lanes/2/assistant/events")]
OFF = pytest.mark.parametrize("ingress", [{"open": True}], indirect=True)


def request(method: str, path: str, *lines: str, host: str = "127.0.0.1") -> bytes:
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *lines]
    return "\r\n".join([*head, "", ""]).encode()


BEARER = f"Authorization: Bearer {ADMIN}"
ORIGINS = ["https://evil.example", "http://127.0.0.1", "null", ""]

OF_THE_PAGE = {by_our_name, from_our_page, reader, page_operator}
"""The operator's page has a rule of its own: see ingress.operator.page.authentication."""


@pytest.fixture
async def nginx(ingress: RunningIngress, tmp_path: Path) -> AsyncIterator[RunningIngress]:
    """The same ingress behind an nginx that has been told nothing but where it is."""
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    (folder / "nginx.conf").write_text(
        f"""daemon off; master_process off; worker_processes 1; pid {folder}/pid;
        error_log stderr notice; events {{ }}
        http {{
            access_log off;
            client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
            uwsgi_temp_path {folder}; scgi_temp_path {folder};
            server {{
                listen 127.0.0.1:{port};
                location / {{ proxy_pass http://127.0.0.1:{ingress.port}; }}
            }}
        }}"""
    )
    program = await asyncio.create_subprocess_exec(
        "nginx",
        *("-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"),
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                except ConnectionRefusedError:
                    assert program.returncode is None, (await program.communicate())[1].decode()
                    await asyncio.sleep(0.02)
        writer.close()
        yield RunningIngress(port, ingress.redis, ingress.keys)
    finally:
        program.terminate()
        await program.communicate()


@pytest.mark.parametrize(("method", "path"), [*STATS, *CHANGES, *EVENTS])
async def test_behind_a_proxy_on_this_machine_a_stranger_is_nobody(
    nginx: RunningIngress, method: str, path: str
) -> None:
    """nginx calls from 127.0.0.1, by the name 127.0.0.1: 401 all the same; the token opens it."""
    refused = await nginx.talk(request(method, path, host="bots.example.com"))
    assert (refused.status, refused.body) == (401, b"")
    assert not await nginx.redis.exists(nginx.keys.commands)
    if method != "GET" or "stats" in path:
        opened = await nginx.talk(request(method, path, BEARER, host="bots.example.com"))
        assert 200 <= opened.status < 300


@OFF
@pytest.mark.parametrize(("method", "path"), [*CHANGES, *EVENTS])
async def test_with_auth_off_nothing_changes_and_nothing_is_overheard_without_the_token(
    ingress: RunningIngress, method: str, path: str
) -> None:
    """INGRESS_AUTH=off opens what can be read of numbers, never a DELETE, a link or a stream."""
    assert (await ingress.talk(request(method, path))).status == 401
    assert not await ingress.redis.exists(ingress.keys.commands)


@OFF
@pytest.mark.parametrize("path", [path for _, path in STATS])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:5002", 200),
        ("127.0.0.1:5002", 200),
        ("[::1]:5002", 200),
        ("LOCALHOST", 200),
        ("evil.example:5002", 401),
        ("localhost.evil.example", 401),
        ("127.0.0.1.evil.example", 401),
        ("evil.example@127.0.0.1:5002x", 401),
        ("[::1", 401),
        ("", 401),
    ],
)
async def test_with_auth_off_the_stats_are_open_by_this_machines_name_alone(
    ingress: RunningIngress, path: str, host: str, status: int
) -> None:
    """A page whose name was rebound to 127.0.0.1 sends its own name in Host, and is refused."""
    answer = await ingress.talk(request("GET", path, host=host))
    assert answer.status == status
    assert answer.silent is (status != 200)


@pytest.mark.parametrize(("method", "path"), [*STATS, *CHANGES])
@pytest.mark.parametrize("host", ["evil.example:5002", "127.0.0.1", "localhost"])
async def test_a_rebound_page_is_nobody(
    ingress: RunningIngress, method: str, path: str, host: str
) -> None:
    """Without the token no name in Host helps."""
    assert (await ingress.talk(request(method, path, host=host))).status == 401


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize(("method", "path"), [*STATS, *CHANGES])
async def test_no_page_acts_for_an_operator(
    ingress: RunningIngress, method: str, path: str, origin: str
) -> None:
    """Also with the token: 403, empty, whatever the page's origin."""
    answer = await ingress.talk(request(method, path, BEARER, f"Origin: {origin}"))
    assert (answer.status, answer.silent) == (403, True)
    assert not await ingress.redis.exists(ingress.keys.commands)


@pytest.mark.parametrize("ingress", [{"open": True}, {}], indirect=True)
@pytest.mark.parametrize("origin", ORIGINS)
async def test_no_page_delivers_a_message(ingress: RunningIngress, origin: str) -> None:
    """A form or a script on a page somebody visits, with auth off or the key in the body."""
    body = json.dumps(delivery(key=BOT_KEYS["assistant"], room_id=2, message_id=1)).encode()
    head = request(
        "POST", "/webhook/assistant", f"Origin: {origin}", f"Content-Length: {len(body)}"
    )
    answer = await ingress.talk(head + body)
    assert (answer.status, answer.silent) == (403, True)
    assert await ingress.queued() == 0


def test_every_route_says_whether_a_page_may_call_it() -> None:
    """A new route refuses pages, or stands in this list with its reason."""
    open_to_pages = {
        "/health",  # says nothing
        "/up",  # nor does this
        "/ready",  # says next to nothing
        "/lanes/{room_id}/{bot_id}/events",  # to whoever has a signed link
        "/operator/assets/{name}",  # looks, which say nothing
    }
    found = {
        route.path: [each.call for each in route.dependant.dependencies]
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute | APIWebSocketRoute)
    }
    assert len(found) >= 9
    refusing = {no_page, *OF_THE_PAGE}
    assert {path for path, calls in found.items() if not refusing & set(calls)} == open_to_pages
