"""A room's messages read forwards and backwards, and an own post found among them."""

import pytest

from consumer.campfire.errors import Gone, NoIndex, NotInRoom
from consumer.rendering import render
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.integration.campfire.conftest import KEY, OTHER_KEY, ROOM, Site


async def test_pages_have_forty_oldest_first(site: Site) -> None:
    """The newest page, and from it the way to the older ones."""
    ids = site.fill(90)
    newest = await site.campfire.page(ROOM, KEY)
    assert [message.id for message in newest.messages] == ids[50:]
    assert (newest.total, newest.next_before, newest.next_after) == (90, ids[50], None)
    older = await site.campfire.page(ROOM, KEY, before=newest.next_before)
    assert [message.id for message in older.messages] == ids[10:50]


async def test_all_messages_both_ways(site: Site) -> None:
    """Every message once, over page borders, in either direction."""
    ids = site.fill(85)
    newer = [message.id async for message in site.campfire.newer(ROOM, KEY, ids[0])]
    assert newer == ids[1:]
    assert [message.id async for message in site.campfire.older(ROOM, KEY)] == ids[::-1]
    before = [message.id async for message in site.campfire.older(ROOM, KEY, ids[3])]
    assert before == [ids[2], ids[1], ids[0]]


@pytest.mark.parametrize("gone", [1, 3, 7])
async def test_deleted_messages_end_no_walk(site: Site, gone: int) -> None:
    """Where the page's oldest are deleted before the next page is asked for, all others come."""
    older = site.fill(45)
    cursor = [int(await site.campfire.post(ROOM, KEY, f"<p>{n}</p>")) for n in range(gone)]
    newer = site.fill(80 - gone)
    walk = site.campfire.older(ROOM, KEY)
    found = [(await anext(walk)).id for _ in range(41)]  # the first page, and one of the second
    for message_id in cursor:
        await site.campfire.delete(ROOM, KEY, str(message_id))
    found += [message.id async for message in walk]
    assert [each for each in found if each not in cursor] == [*newer[::-1], *older[::-1]]


async def test_a_message_tells_who_wrote_what_when(site: Site) -> None:
    """Text, author and time; whether it is a bot decides over loops."""
    await site.sandbox.post(ROOM, "from a person")
    await site.campfire.post(ROOM, OTHER_KEY, "<b>from a bot</b>")
    person, bot = (await site.campfire.page(ROOM, KEY)).messages
    assert (person.text, bot.text) == ("from a person", "from a bot")
    assert person.creator
    assert bot.creator
    assert (person.creator.is_bot, bot.creator.is_bot) == (False, True)
    assert person.created_at <= bot.created_at


async def test_an_empty_room_has_an_empty_page(site: Site) -> None:
    """Nothing to list is no error."""
    assert (await site.campfire.page(ROOM, KEY)).messages == ()
    assert [message async for message in site.campfire.older(ROOM, KEY)] == []


async def test_a_404_is_told_apart(site: Site) -> None:
    """A message of another room, and a room we are not in, are not a missing index."""
    with pytest.raises(Gone):
        await site.campfire.page(ROOM, KEY, after=999)
    with pytest.raises(NotInRoom):
        await site.campfire.page(4, KEY)


@pytest.mark.parametrize("mode", ["v1.4.9"])
async def test_an_old_release_has_no_index(site: Site) -> None:
    """Every way to list says so."""
    with pytest.raises(NoIndex):
        await site.campfire.page(ROOM, KEY)
    with pytest.raises(NoIndex):
        await site.campfire.find_own(ROOM, KEY, "hello", 1)
    with pytest.raises(NoIndex):
        await anext(site.campfire.newer(ROOM, KEY, 1))


@pytest.mark.parametrize("markdown", ["**a** b\n\n- c & d", "ask @Ada Admin now", "👍", "`x < y`"])
async def test_an_own_post_is_found_by_its_words(site: Site, markdown: str) -> None:
    """Campfire re-renders what was posted, draws mentions as names, and it is still found."""
    (html,) = render(markdown, {"Ada Admin": sgid_of(1)})
    asked = await site.sandbox.post(ROOM, "question")
    await site.campfire.post(ROOM, KEY, "<p>something else</p>")
    posted = await site.campfire.post(ROOM, KEY, html)
    await site.campfire.post(ROOM, KEY, "<p>🎉</p>")
    assert await site.campfire.find_own(ROOM, KEY, html, asked["id"]) == posted
    assert await site.campfire.find_own(ROOM, KEY, html, int(posted)) is None
    assert await site.campfire.find_own(ROOM, OTHER_KEY, html, asked["id"]) is None


async def test_an_own_post_is_found_when_the_question_is_gone(site: Site) -> None:
    """A deleted question, or none at all, is no place to start from: the newest are searched."""
    asked = await site.sandbox.post(ROOM, "question")
    posted = await site.campfire.post(ROOM, KEY, "answer")
    assert await site.campfire.find_own(ROOM, KEY, "answer", 0) == posted
    assert await site.campfire.find_own(3, KEY, "answer", asked["id"]) is None
    elsewhere = await site.campfire.post(3, KEY, "answer")
    assert await site.campfire.find_own(3, KEY, "answer", asked["id"]) == elsewhere


async def test_an_own_post_is_found_behind_hundreds_of_others(site: Site) -> None:
    """A busy room pushes the post over page borders."""
    asked = await site.sandbox.post(ROOM, "question")
    site.fill(60)
    posted = await site.campfire.post(ROOM, KEY, "answer")
    site.fill(30)
    assert await site.campfire.find_own(ROOM, KEY, "answer", asked["id"]) == posted
