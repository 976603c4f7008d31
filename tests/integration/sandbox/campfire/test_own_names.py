"""The sandbox answers under this machine's names only, whatever a page's name resolves to."""

import httpx
import pytest

from sandbox.campfire.admin.origin import is_own_name
from sandbox.server import SandboxServer

PATHS = ("/", "/rooms/2", "/events", "/sandbox/directory", "/sandbox/calls", "/health")


async def test_a_rebound_name_reads_nothing(server: SandboxServer) -> None:
    """A page at evil.example:PORT whose name now means 127.0.0.1 gets neither page nor switch."""
    port = server.url.rpartition(":")[2]
    async with httpx.AsyncClient(base_url=server.url) as http:
        for name in (f"evil.example:{port}", "evil.example", "127.0.0.1.evil.example", "10.0.0.5"):
            for path in PATHS:
                answer = await http.get(path, headers={"host": name})
                assert answer.status_code == 403, (name, path)
        assert (await http.post("/model/v1/messages", headers={"host": "evil"})).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_origins_page_gets_nothing(server: SandboxServer, origin: str) -> None:
    """Also not from another port of this machine, nor by reading."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        for path in PATHS:
            assert (await http.get(path, headers={"origin": origin})).status_code == 403, path


async def test_this_machines_names_and_its_own_page_are_let_in(server: SandboxServer) -> None:
    """As a person types them, with the page's own origin."""
    port = server.url.rpartition(":")[2]
    async with httpx.AsyncClient(base_url=server.url) as http:
        for name in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
            answer = await http.get("/rooms/2", headers={"host": name, "origin": f"http://{name}"})
            assert answer.status_code == 200, name


@pytest.mark.parametrize(
    ("name", "listening_on", "ours"),
    [
        ("::1", "127.0.0.1", True),
        ("127.9.9.9", "127.0.0.1", True),
        ("10.0.0.5", "127.0.0.1", False),
        ("10.0.0.5", "10.0.0.5", True),
        ("10.0.0.5", "0.0.0.0", True),
        ("evil.example", "0.0.0.0", False),
        ("", "0.0.0.0", False),
    ],
)
def test_an_address_is_ours_where_it_is_listened_on(
    name: str, listening_on: str, *, ours: bool
) -> None:
    """SANDBOX_HOST opens its own name, or every address: no foreign page is named by one."""
    assert is_own_name(name, listening_on) is ours
