"""Getting in to the operator's page: behind TLS in a browser, and what no browser of ours sends."""

import asyncio
import time
from html import unescape

import httpx
import pytest
from playwright.async_api import Page, expect

from ingress.operator.page.actions.actions import ASKED_TWICE
from ingress.operator.page.authentication.codes import Codes
from ingress.operator.page.authentication.cookies import name
from tests.chromium import ELSEWHERE, HOST
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.live.watching import ADMIN
from tests.integration.ingress.operator.page.conftest import Site, log_in
from tests.patience import PATIENCE_S

VIEW = "view-token-0123456789"
NAMED = pytest.mark.parametrize(
    "ingress",
    [{"hosts": [HOST], "view_token": VIEW, "trusted_proxies": ["127.0.0.1"]}],
    indirect=True,
)
OURS = {"Sec-Fetch-Site": "same-origin"}
_JOB = {"job": "campfire:assistant:2:7"}


@NAMED
@pytest.mark.browser
async def test_by_the_form_behind_tls(page: Page, tls: Site) -> None:
    """The token is typed once; the cookie is a strict `__Secure-` one; a button works."""
    await log_in(page, tls, "wrong-token-0123456789")
    await expect(page.get_by_role("alert")).to_have_text("This token is not right.")
    await log_in(page, tls)
    await expect(page.get_by_role("heading", name="Now")).to_be_visible()
    [cookie] = await page.context.cookies()
    assert cookie["name"] == name("https")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
    assert (cookie["path"], ADMIN in cookie["value"]) == ("/operator", False)
    await page.get_by_role("button", name="Catch up").click()
    await expect(page.get_by_role("status").nth(1)).to_contain_text("asked to look for messages")
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("token")).to_be_visible()
    assert await page.context.cookies() == []


@NAMED
@pytest.mark.browser
async def test_by_a_link_that_is_clicked_on_another_site(page: Page, tls: Site) -> None:
    """In a chat, say: its page leads to ours, whose button posts the code, once. Who is logged in
    gets where a link leads, though a strict cookie stays at home at first."""
    link = f"{tls.operator}/enter#{Codes.of(ADMIN).new('act', time.time())}"
    await _click_elsewhere(page, tls, link)
    await expect(page).to_have_url(f"{tls.operator}/enter")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="Now")).to_be_visible()
    await _click_elsewhere(page, tls, f"{tls.operator}/machines")
    await expect(page.get_by_role("heading", name="Machines")).to_be_visible()
    await page.context.clear_cookies()
    await _click_elsewhere(page, tls, link)
    await expect(page).to_have_url(f"{tls.operator}/enter")  # the code is in its place by then
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_contain_text("was used already")


async def _click_elsewhere(page: Page, site: Site, target: str) -> None:
    port = site.base.rpartition(":")[2]
    await page.goto(f"https://{ELSEWHERE}:{port}/link")
    await page.evaluate("target => { document.querySelector('a').href = target }", target)
    await page.get_by_role("link").click()


@NAMED
async def test_nothing_happens_for_another_page_whatever_cookie_it_has(
    ingress: RunningIngress,
) -> None:
    """A form on another site, a frame without an origin, a program with the cookie alone."""
    async with _client(ingress) as http:
        await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        for foreign in (
            {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "same-site", "Origin": f"https://{ELSEWHERE}"},
            {"Origin": "null"},
            {},
        ):
            answer = await http.post("/operator/do/catch-up", headers=foreign)
            assert answer.headers["location"] == "/operator?problem=not_from_here"
            assert answer.content == b""
        assert await _commands(ingress) == 0
        answer = await http.post("/operator/do/catch-up", headers=OURS)
        assert answer.headers["location"] == "/operator?done=catch-up&n=1"
        assert await _commands(ingress) == 1


@NAMED
async def test_who_only_looks_reads_and_changes_nothing(ingress: RunningIngress) -> None:
    """The second token shows the pages without buttons; a button that is sent all the same, a
    question before one, and a stream of what is said are refused with a sentence."""
    async with _client(ingress) as http:
        await http.post("/operator/log-in", data={"token": VIEW}, headers=OURS)
        shown = (await http.get("/operator")).text
        assert "May look" in shown
        assert "Catch up" not in shown
        answer = await http.post("/operator/do/catch-up", headers=OURS)
        assert answer.headers["location"] == "/operator?problem=only_looks"
        for page in ("sure/reset?room=2&bot=assistant", "watch?room=2&bot=assistant"):
            answer = await http.get(f"/operator/{page}")
            assert answer.headers["location"] == "/operator?problem=only_looks"
    assert await _commands(ingress) == 0


@NAMED
@pytest.mark.parametrize("token", [ADMIN, VIEW])
async def test_a_log_out_ends_every_copy_of_its_cookie(ingress: RunningIngress, token: str) -> None:
    """Somebody else's, and the open pages; another log-in by the same token goes on."""
    async with _client(ingress) as http, _client(ingress) as thief, _client(ingress) as other:
        for client in (http, other):
            await client.post("/operator/log-in", data={"token": token}, headers=OURS)
        thief.cookies.update(http.cookies)
        assert "Admin token" not in (await thief.get("/operator")).text
        async with thief.stream("GET", "/operator/live/now") as news:
            answer = await http.post("/operator/log-out", headers=OURS)
            assert answer.headers["location"] == "/operator/log-in?problem=out"
            told = [line async for line in news.aiter_lines()]
        assert "event: over" in told
        assert "Admin token" in (await thief.get("/operator/machines")).text
        answer = await thief.post("/operator/do/catch-up", headers=OURS)
        assert answer.headers["location"] == "/operator?problem=over"
        assert "Admin token" not in (await other.get("/operator")).text


@NAMED
async def test_a_log_out_ends_what_is_watched(ingress: RunningIngress) -> None:
    """The stream of a lane that the page opened, and every later use of its link."""
    async with _client(ingress) as http, _client(ingress) as stranger:
        await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        shown = (await http.get("/operator/watch?room=2&bot=assistant")).text
        link = unescape(shown.partition('data-stream="')[2].partition('"')[0])
        async with stranger.stream("GET", link) as events:
            assert events.status_code == 200
            await http.post("/operator/log-out", headers=OURS)
            async with asyncio.timeout(PATIENCE_S):
                assert [line async for line in events.aiter_lines() if "event" in line] == []
        assert (await stranger.get(link)).status_code == 401


@NAMED
async def test_what_destroys_is_not_done_unasked(ingress: RunningIngress) -> None:
    """A form that never met the second question changes nothing, whoever sends it."""
    forms = {"stop": _JOB, "cancel": _JOB, "drop": _JOB, "reset": {"bot": "assistant"}, "drain": {}}
    assert forms.keys() == ASKED_TWICE
    async with _client(ingress) as http:
        await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        for action, form in forms.items():
            for sure in ({}, {"sure": "no"}):
                path, data = f"/operator/do/{action}", {**form, **sure}
                answer = await http.post(path, data=data, headers=OURS)
                assert answer.headers["location"] == "/operator?problem=form", action
    assert await _commands(ingress) == 0


@NAMED
async def test_a_slip_in_a_room_is_not_all_of_its_bots_rooms(ingress: RunningIngress) -> None:
    """A room that is no number is nothing that was picked."""
    async with _client(ingress) as http:
        await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        form = {"bot": "assistant", "room": "2x", "sure": "yes"}
        answer = await http.post("/operator/do/reset", data=form, headers=OURS)
        assert answer.headers["location"] == "/operator?problem=nothing_picked"
    assert await _commands(ingress) == 0


@NAMED
async def test_without_a_session_there_is_the_form_and_nothing_else(
    ingress: RunningIngress,
) -> None:
    """Every page, and the live parts of one: the log-in, as a page that no cache keeps."""
    async with _client(ingress) as http:
        for page in ("", "/lanes", "/messages?q=7", "/dead-letter?job=x&text=yes", "/live/now"):
            answer = await http.get(f"/operator{page}")
            assert (answer.status_code, "Admin token" in answer.text) == (200, True), page
            assert answer.headers["cache-control"] == "no-store"
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert "<script>" not in answer.text
        answer = await http.post("/operator/do/catch-up", headers=OURS)
        assert answer.headers["location"] == "/operator?problem=over"
    assert await _commands(ingress) == 0


@NAMED
async def test_under_a_foreign_name_there_is_only_a_sentence(ingress: RunningIngress) -> None:
    """A name that was rebound to us sees no page, and logs nobody in; it is told what to set."""
    async with _client(ingress, host="rebound.example") as http:
        for page in ("", "/lanes", "/enter", "/log-in"):
            assert "OPERATOR_HOSTS=rebound.example" in (await http.get(f"/operator{page}")).text
        answer = await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        assert "set-cookie" not in answer.headers


@NAMED
async def test_wrong_tokens_are_bounded(ingress: RunningIngress) -> None:
    """After ten the right one is not looked at either, for some seconds; a link still opens."""
    async with _client(ingress) as http:
        for _ in range(10):
            answer = await http.post("/operator/log-in", data={"token": "guess"}, headers=OURS)
            assert answer.headers["location"] == "/operator/log-in?problem=wrong"
        answer = await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        assert answer.headers["location"] == "/operator/log-in?problem=wait"
        code = Codes.of(ADMIN).new("act", time.time())
        answer = await http.post("/operator/enter", data={"code": code}, headers=OURS)
        assert answer.headers["location"] == "/operator"


@pytest.mark.parametrize("ingress", [{}, {"trusted_proxies": ["10.0.0.0/8"]}], indirect=True)
async def test_only_a_named_proxy_is_believed(ingress: RunningIngress) -> None:
    """X-Forwarded-Proto of whoever else is on this machine makes no secure cookie."""
    async with _client(ingress, host="localhost") as http:
        forwarded = {**OURS, "X-Forwarded-Proto": "https"}
        answer = await http.post("/operator/log-in", data={"token": ADMIN}, headers=forwarded)
        assert answer.headers["set-cookie"].startswith(f"{name('http')}=")


@NAMED
async def test_a_form_that_is_none_does_nothing(ingress: RunningIngress) -> None:
    """Too large, not text, a thousand fields: a sentence, and the process goes on."""
    async with _client(ingress) as http:
        await http.post("/operator/log-in", data={"token": ADMIN}, headers=OURS)
        for body in (b"x=" + b"y" * 70_000, b"x=%FF%FE", b"&".join([b"a=1"] * 1000)):
            answer = await http.post("/operator/do/catch-up", content=body, headers=OURS)
            assert answer.headers["location"] == "/operator?problem=form"
    assert await _commands(ingress) == 0


def _client(ingress: RunningIngress, host: str = HOST) -> httpx.AsyncClient:
    """Each request on a connection of its own: the server ends those that rest for two seconds."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(
        base_url=ingress.base, headers={"Host": host}, timeout=20, limits=limits
    )


async def _commands(ingress: RunningIngress) -> int:
    return int(await ingress.redis.llen(ingress.keys.commands))  # type: ignore[misc]
