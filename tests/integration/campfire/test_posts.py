"""Posting, editing and taking away, as Campfire's two releases answer it."""

from contextlib import nullcontext

import pytest

from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireFailed,
    CampfireUnavailable,
    CampfireUnclear,
    Gone,
    NotInRoom,
    NotOffered,
    NotYours,
)
from consumer.campfire.sent_until import sent_until
from shared.clocks.steady_time import steady_s
from tests.integration.campfire.conftest import KEY, OTHER_KEY, ROOM, Site

both = pytest.mark.parametrize("mode", ["main", "v1.4.9"])


@both
async def test_text_is_posted_as_html(site: Site) -> None:
    """The body arrives byte for byte, and the id is the message's."""
    posted = await site.campfire.post(ROOM, KEY, "<p>100% 你好 a=b&amp;c</p>")
    (message,) = await site.sandbox.messages(ROOM)
    assert str(message["id"]) == posted
    assert message["stored_html"] == "<p>100% 你好 a=b&amp;c</p>"


@both
async def test_what_would_leave_too_late_is_not_sent(site: Site) -> None:
    """A process that stood still between its question and the first byte posts nothing."""
    with sent_until(steady_s() - 0.001), pytest.raises(CampfireUnavailable):
        await site.campfire.post(ROOM, KEY, "another's by now")
    with sent_until(steady_s() + 60):
        await site.campfire.post(ROOM, KEY, "ours")
    assert await site.bodies() == ["ours"]
    assert not site.campfire.is_failing


@both
@pytest.mark.parametrize("filename", ["report.txt", 'sales "Q3"\n.csv', "图表.bin", "broken.png"])
async def test_a_file_is_posted_as_an_attachment(site: Site, filename: str) -> None:
    """Any name and any bytes: also a picture that is none, which Campfire answers with a 500."""
    posted = await site.campfire.post_file(ROOM, KEY, filename, b"a,b\n1,2\n")
    (message,) = await site.sandbox.messages(ROOM)
    assert str(message["id"]) == posted
    assert message["attachment"]["byte_size"] == 8


async def test_an_own_message_is_edited(site: Site) -> None:
    """The new body takes the old one's place, under the same id."""
    posted = await site.campfire.post(ROOM, KEY, "working")
    edited = await site.campfire.edit(ROOM, KEY, posted, "<p>done</p>")
    assert (str(edited.id), edited.text) == (posted, "done")
    assert await site.bodies() == ["<p>done</p>"]


async def test_an_own_message_is_deleted_once(site: Site) -> None:
    """It is gone from the room; a second delete says so."""
    posted = await site.campfire.post(ROOM, KEY, "working")
    await site.campfire.delete(ROOM, KEY, posted)
    assert await site.bodies() == []
    with pytest.raises(Gone):
        await site.campfire.delete(ROOM, KEY, posted)
    with pytest.raises(Gone):
        await site.campfire.edit(ROOM, KEY, posted, "late")


async def test_somebody_elses_message_is_left_alone(site: Site) -> None:
    """A bot changes its own messages only."""
    posted = await site.campfire.post(ROOM, OTHER_KEY, "mine")
    with pytest.raises(NotYours):
        await site.campfire.edit(ROOM, KEY, posted, "hijacked")
    with pytest.raises(NotYours):
        await site.campfire.delete(ROOM, KEY, posted)
    assert await site.bodies() == ["mine"]


async def test_boosts_come_and_go(site: Site) -> None:
    """A sign on a person's message, taken back; a second time it is gone."""
    asked = await site.sandbox.post(ROOM, "hello")
    boost = await site.campfire.boost(ROOM, KEY, str(asked["id"]), "👀")
    (message,) = await site.sandbox.messages(ROOM)
    assert [b["content"] for b in message["boosts"]] == ["👀"]
    assert (boost.content, boost.message_id) == ("👀", asked["id"])
    await site.campfire.unboost(ROOM, KEY, str(asked["id"]), boost.id)
    (message,) = await site.sandbox.messages(ROOM)
    assert message["boosts"] == []
    with pytest.raises(Gone):
        await site.campfire.unboost(ROOM, KEY, str(asked["id"]), boost.id)


@pytest.mark.parametrize("mode", ["v1.4.9"])
async def test_an_old_release_only_posts(site: Site) -> None:
    """Everything else says that it is not offered, rather than that the message is gone."""
    posted = await site.campfire.post(ROOM, KEY, "hello")
    with pytest.raises(NotOffered):
        await site.campfire.edit(ROOM, KEY, posted, "x")
    with pytest.raises(NotOffered):
        await site.campfire.delete(ROOM, KEY, posted)
    with pytest.raises(NotOffered):
        await site.campfire.boost(ROOM, KEY, posted, "👀")


@both
async def test_refusals_are_told_apart(site: Site) -> None:
    """A bad key, a room the bot is not in, and a blank post are three different troubles.

    v1.4.9 says 500 to a room that the bot is not in, and takes a blank post (a12, a20).
    """
    main = (await site.sandbox.directory())["mode"] == "main"
    with pytest.raises(BadKey):
        await site.campfire.post(ROOM, "3-wrong", "hello")
    with pytest.raises(NotInRoom if main else CampfireFailed):
        await site.campfire.post(4, KEY, "hello")
    with pytest.raises(BadPost) if main else nullcontext():
        await site.campfire.post(ROOM, KEY, " ")


@both
async def test_what_was_turned_away_is_not_in_the_room(site: Site) -> None:
    """A 503 before anything was stored may be repeated, after the time it names."""
    await site.sandbox.order_fault(kind="status", status=503, headers={"Retry-After": "7"})
    with pytest.raises(CampfireUnavailable) as caught:
        await site.campfire.post(ROOM, KEY, "hello")
    assert caught.value.retry_after_s == 7
    assert await site.bodies() == []


@both
@pytest.mark.parametrize(("when", "stored"), [("before", []), ("after", ["hello"])])
async def test_a_broken_connection_is_unclear(site: Site, when: str, stored: list[str]) -> None:
    """Nobody can tell from the client's side whether the post is in the room."""
    await site.sandbox.order_fault(kind="drop", when=when, method="POST")
    with pytest.raises(CampfireUnclear):
        await site.campfire.post(ROOM, KEY, "hello")
    assert await site.bodies() == stored


async def test_a_broken_edit_may_simply_be_repeated(site: Site) -> None:
    """An edit twice is an edit: a lost answer is no question of what is in the room."""
    posted = await site.campfire.post(ROOM, KEY, "one")
    await site.sandbox.order_fault(kind="drop", when="after", method="PATCH")
    with pytest.raises(CampfireUnavailable):
        await site.campfire.edit(ROOM, KEY, posted, "two")
    await site.campfire.edit(ROOM, KEY, posted, "two")
    assert await site.bodies() == ["two"]
