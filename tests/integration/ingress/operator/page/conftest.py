"""The operator's page in headless Chromium: straight from the web process, and behind TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from playwright.async_api import Browser, Page

from tests.acceptance.environment import free_port
from tests.chromium import ELSEWHERE, HOST, a_browser
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.live.watching import ADMIN
from tests.patience import PATIENCE_S

_GONE = (
    "Failed to load resource: net::ERR_INCOMPLETE_CHUNKED_ENCODING",
    "Failed to load resource: net::ERR_CONNECTION_REFUSED",
    "Failed to load resource: net::ERR_SOCKET_NOT_CONNECTED",
    "Failed to load resource: net::ERR_EMPTY_RESPONSE",
)


class Site:
    """Where a browser finds the page."""

    def __init__(self, base: str, ingress: RunningIngress) -> None:
        self.base, self.ingress = base, ingress

    @property
    def operator(self) -> str:
        """The page's first address."""
        return f"{self.base}/operator"


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, which finds every name of the tests on this machine."""
    async with a_browser(chromium) as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A window; what its console complains of fails the test."""
    problems: list[str] = []
    context = await browser.new_context(ignore_https_errors=True)
    opened = await context.new_page()
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    await context.close()
    # The server may end before its pages do.
    assert [it for it in problems if not it.startswith(_GONE)] == []


@pytest.fixture
def plain(ingress: RunningIngress) -> Site:
    """The web process itself, over HTTP on this machine."""
    return Site(f"http://localhost:{ingress.port}", ingress)


@pytest.fixture
async def tls(ingress: RunningIngress, tmp_path: Path) -> AsyncIterator[Site]:
    """The same behind an nginx with TLS, which passes on host and protocol; and on another name
    a site with one link: what `/link?to=` says."""
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    _certificate(folder)
    (folder / "nginx.conf").write_text(
        _CONFIG.format(
            folder=folder, port=port, upstream=ingress.port, host=HOST, elsewhere=ELSEWHERE
        )
    )
    program = await asyncio.create_subprocess_exec(
        "nginx",
        *("-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"),
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    try:
        await _listens(port, program)
        yield Site(f"https://{HOST}:{port}", ingress)
    finally:
        program.terminate()
        await program.communicate()


async def log_in(page: Page, site: Site, token: str = ADMIN) -> None:
    """By the form."""
    await page.goto(site.operator)
    await page.get_by_label("token").fill(token)
    await page.get_by_role("button", name="Log in").click()


def _certificate(folder: Path) -> None:
    made = trustme.CA().issue_cert(HOST, ELSEWHERE)
    made.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")


async def _listens(port: int, program: asyncio.subprocess.Process) -> None:
    unchecked = ssl._create_unverified_context()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=unchecked)
                break
            except ConnectionRefusedError:
                assert program.returncode is None, (await program.communicate())[1].decode()
                await asyncio.sleep(0.02)
    writer.close()


_CONFIG = """daemon off; master_process off; worker_processes 1; pid {folder}/pid;
error_log stderr notice; events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    ssl_certificate {folder}/both.pem; ssl_certificate_key {folder}/both.pem;
    server {{
        listen 127.0.0.1:{port} ssl; server_name {host};
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
    server {{
        listen 127.0.0.1:{port} ssl; server_name {elsewhere};
        location / {{ default_type text/html; return 200 '<a href="$arg_to">look</a>'; }}
    }}
}}"""
