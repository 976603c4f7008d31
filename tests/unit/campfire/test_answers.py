"""Edge answers: proxies, redirects, broken JSON, old and new shapes."""

import httpx
import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.errors import (
    BadKey,
    CampfireUnavailable,
    CampfireUnclear,
    Redirected,
)
from shared.errors import CampfireError
from tests.answering import Answering

KEY = "3-abc"


def campfire(*answers: httpx.Response) -> Campfire:
    """A client whose Campfire gives these answers in turn."""
    waiting = list(answers)
    return Campfire("http://campfire.test/", Answering(lambda _: waiting.pop(0)))


@pytest.mark.parametrize(
    "location",
    ["http://host/messages/17", "http://host/rooms/2/messages/17", "/messages/17/"],
)
async def test_the_id_ends_the_location(location: str) -> None:
    """Rails' and the port's addresses, absolute and relative."""
    async with campfire(httpx.Response(201, headers={"Location": location})) as client:
        assert await client.post(2, KEY, "hi") == "17"


async def test_a_yes_without_an_id_is_unclear() -> None:
    """Something was stored: it has to be looked for."""
    async with campfire(httpx.Response(201)) as client:
        with pytest.raises(CampfireUnclear):
            await client.post(2, KEY, "hi")


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (302, {"Location": "http://campfire.test/session/new"}, BadKey),
        (302, {}, BadKey),
        (401, {}, BadKey),
        (301, {"Location": "https://campfire.test/rooms/2/3-abc/messages"}, Redirected),
        (308, {"Location": "https://campfire.test/rooms/2/3-abc/messages"}, Redirected),
        (302, {"Location": "https://login.example/"}, Redirected),
        (429, {}, CampfireUnavailable),
        (503, {}, CampfireUnavailable),
    ],
)
async def test_statuses(
    status: int, headers: dict[str, str], expected: type[CampfireError]
) -> None:
    """A redirect is a bad key only when it leads to the sign-in page."""
    async with campfire(httpx.Response(status, headers=headers)) as client:
        with pytest.raises(expected):
            await client.post(2, KEY, "hi")


@pytest.mark.parametrize("body", ["<html>proxy</html>", "{}", "[1]", '[{"id": "x"}]', "null", ""])
async def test_an_unreadable_page_is_a_trouble_that_may_pass(body: str) -> None:
    """A proxy's page with status 200 is not a room without messages."""
    async with campfire(httpx.Response(200, text=body)) as client:
        with pytest.raises(CampfireUnavailable, match="unreadable"):
            await client.page(2, KEY)


async def test_nothing_to_list_on_the_port() -> None:
    """The port answers 204 without a body."""
    async with campfire(httpx.Response(204)) as client:
        assert (await client.page(2, KEY, after=5)).messages == ()


async def test_a_removed_author_is_none() -> None:
    """A message outlives its author; no own post is taken for it."""
    json = {
        "id": 7,
        "created_at": "2026-11-23T04:12:01.423Z",
        "body": {"plain_text": None, "html": None},
        "creator": None,
        "room": {"id": 2},
    }
    async with campfire(httpx.Response(200, json=[json]), httpx.Response(200, json=[json])) as c:
        (message,) = (await c.page(2, KEY)).messages
        assert (message.creator, message.text, message.html) == (None, "", "")
        assert await c.find_own(2, KEY, "", 0) is None
