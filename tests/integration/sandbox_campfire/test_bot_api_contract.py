"""The bot API answers as recorded; where Rails and the port differ, as Rails. Both releases."""

import json
import os
from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.campfire.client import SandboxClient
from sandbox.campfire.display_filter import filter_html
from sandbox.server import SandboxServer
from tests.integration.sandbox_campfire.divergences import BOT_API, Divergence
from tests.integration.sandbox_campfire.scene import Scene, real_scene, recorded_body, shape
from tests.unit.sandbox_campfire.recording import Json, load, names

RECORDINGS = names("a")
PNG = load("r09_200_image")["webhook_requests"][0]["answered"]["body"].encode("latin-1")
REAL = os.environ.get("CONTRACT_CAMPFIRE_URL", "")
AS_RECORDED = Divergence("as recorded")


@pytest.fixture
async def scene(server: SandboxServer, sandbox: SandboxClient) -> AsyncIterator[Scene]:
    """The sandbox with a person's message in it; or the real Campfire of the environment."""
    async with httpx.AsyncClient(base_url=REAL or server.url, timeout=60) as http:
        if REAL:
            yield real_scene(os.environ, http)
        else:
            written = await sandbox.post(2, "hello, what is 2+2?", mentions=["assistant"])
            await sandbox.post(3, "closed room", mentions=["assistant"])
            yield Scene(http, messages={1: written["id"]})


@pytest.mark.parametrize("name", RECORDINGS)
async def test_main_answers_as_recorded(scene: Scene, name: str) -> None:
    """On main every recorded call gets the recorded answer, a stated divergence apart."""
    recording, divergence = load(name), BOT_API.get(name, AS_RECORDED)
    await scene.set_up(name)
    answer = await scene.send(recording["request"], recorded_body(recording["request"], PNG))
    expected = recording["response"]
    assert answer.status_code == (divergence.status or expected["status"])
    if answer.status_code == 302:
        assert answer.headers["location"].endswith("/session/new")
    if answer.status_code == 201 and "/boosts" not in recording["request"]["url"]:
        await _check_posted(scene, answer, recording, divergence)
    if divergence.status is None and expected["status"] == 200:
        _check_json(scene, answer, recording)
    if divergence.status == 200:
        assert "x-total-count" in answer.headers
        assert answer.content == (b"" if recording["request"]["method"] == "HEAD" else b"[]")


@pytest.mark.skipif(bool(REAL), reason="a real Campfire is one release only")
@pytest.mark.parametrize("name", RECORDINGS)
async def test_v149_only_creates(scene: Scene, sandbox: SandboxClient, name: str) -> None:
    """On v1.4.9 POST of messages answers as on main, and no other route exists."""
    recording, divergence = load(name), BOT_API.get(name, AS_RECORDED)
    await scene.set_up(name)
    await sandbox.change_mode("v1.4.9")
    request = recording["request"]
    answer = await scene.send(request, recorded_body(request, PNG))
    creates = request["method"] == "POST" and request["url"].endswith("/messages")
    if creates or "?bot_key=" in request["url"]:
        assert answer.status_code == (divergence.status or recording["response"]["status"])
    else:
        assert answer.status_code == 404


@pytest.mark.skipif(bool(REAL), reason="needs a person's hand")
async def test_the_two_releases_can_be_told_apart(scene: Scene, sandbox: SandboxClient) -> None:
    """A GET of the index with a wrong key is 302 on main and 404 on v1.4.9
    (docs/campfire.md, "Releases").
    """
    wrong = "/rooms/2/3-wrongtoken/messages"
    on_main = (await scene.http.get(wrong)).status_code
    await sandbox.change_mode("v1.4.9")
    assert (on_main, (await scene.http.get(wrong)).status_code) == (302, 404)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"100% sure", 400),
        ("application/x-www-form-urlencoded", b"attachment=x", 500),
        ("application/json", b'{"broken":', 400),
        ("text/plain; charset=utf-8", b"100% sure", 201),
        ("text/plain; charset=utf-8", b'{"broken":', 201),
        ("application/json", b"", 422),
    ],
)
async def test_rails_parses_parameters_first(
    scene: Scene, content_type: str, body: bytes, status: int
) -> None:
    """A body that its Content-Type makes unreadable is refused; as text/plain it is posted."""
    answer = await scene.http.post(
        scene.path("/rooms/2/3-52d8d3ea9c87/messages"),
        content=body,
        headers={"content-type": content_type},
    )
    assert answer.status_code == status


async def test_following_the_redirect_looks_like_success(scene: Scene) -> None:
    """Who follows a bad key's redirect gets 200 and has posted nothing: the trap is there."""
    answer = await scene.http.post(
        scene.path("/rooms/2/3-wrongtoken/messages"), content=b"lost", follow_redirects=True
    )
    assert (answer.status_code, len(answer.history)) == (200, 1)


async def _check_posted(
    scene: Scene, answer: httpx.Response, recording: Json, divergence: Divergence
) -> None:
    message_id = int(answer.headers["location"].rpartition("/")[2])
    shown = await scene.shown(2, message_id)
    if divergence.status is not None:
        assert "multipart" in recording["request"]["headers"]["content-type"]
        assert shown["body"]["plain_text"].startswith("--")
        return
    recorded, stored = recording["as_bot_api_shows_it"][0], recording["message"][0]
    assert shape(shown) == shape(recorded)
    assert shown["creator"]["role"] == "bot"
    if stored["stored_chars"] > len(stored["stored_html"]):  # cut in the recording
        assert len(shown["body"]["plain_text"]) == stored["stored_chars"]
        return
    plain_text = divergence.plain_text or recorded["body"]["plain_text"]
    assert shown["body"]["plain_text"] == plain_text
    assert _inner(shown["body"]["html"]) == filter_html(stored["stored_html"])


def _check_json(scene: Scene, answer: httpx.Response, recording: Json) -> None:
    expected = recording["response"]
    assert answer.headers["content-type"].startswith("application/json")
    if recording["request"]["method"] == "GET":
        _check_page(scene, answer, dict(map(tuple, expected["headers"])))
    else:
        recorded = json.loads(expected["body"])
        assert shape(answer.json()) == shape(recorded)
        assert answer.json()["body"]["plain_text"] == recorded["body"]["plain_text"]


def _check_page(scene: Scene, answer: httpx.Response, headers: dict[str, str]) -> None:
    ids = [message["id"] for message in answer.json()]
    assert ids == sorted(ids)
    assert 0 < len(ids) <= 40
    if not REAL:  # a real room has a past of its own
        assert len(ids) == (40 if "link" in headers else 6)
        assert answer.headers["x-total-count"] == headers["x-total-count"]
        assert answer.headers.get("link", "").partition("/rooms")[2] == (
            scene.path("/rooms" + headers["link"].partition("/rooms")[2]).partition("/rooms")[2]
            if "link" in headers
            else ""
        )


def _inner(html: str) -> str:
    return html.partition(">")[2].rpartition("</div>")[0]
