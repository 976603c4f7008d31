"""The chat itself: seeds that stay, ids that never come back, who is called."""

import sqlite3
from pathlib import Path

import psutil
import pytest

from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.seed import BotSeed, SeedConflict, eaten_names

ASSISTANT = BotSeed("assistant", 3, "aaaaaaaaaaaa", "http://127.0.0.1:9/webhook/assistant")
SECOND = BotSeed("second_bot", 4, "bbbbbbbbbbbb", "http://127.0.0.1:9/webhook/second_bot")
THIRD = BotSeed("third_bot", 8, "cccccccccccc", "http://127.0.0.1:9/webhook/third_bot")


async def test_the_rooms_are_those_of_the_recordings() -> None:
    """With two bots the rooms have the ids that the recordings have."""
    async with Campfire([SECOND, ASSISTANT]) as campfire:
        rooms = campfire.chat.rooms
        found = [(r.id, r.kind, r.name, rooms.member_ids(r.id)) for r in rooms.all()]
    assert found == [
        (1, "open", "All Talk", [1, 2, 3, 4]),
        (2, "open", "Support", [1, 2, 3, 4]),
        (3, "closed", "Core team", [1, 2, 3]),
        (4, "closed", "Leadership", [1, 2]),
        (5, "direct", None, [1, 3]),
        (6, "direct", None, [2, 3]),
        (7, "direct", None, [1, 3, 4]),
        (8, "direct", None, [1, 4]),
    ]


async def test_message_ids_never_come_back(tmp_path: Path) -> None:
    """A new process, and a deletion before it, never give an id that was given before."""
    path = tmp_path / "sandbox" / "campfire.sqlite3"
    async with Campfire([ASSISTANT], database_path=path) as campfire:
        first, last = (_say(campfire.chat, text) for text in ("one", "two"))
        campfire.chat.delete(campfire.chat.messages.get(last) or pytest.fail("not stored"))
    async with Campfire([ASSISTANT], database_path=path) as campfire:
        assert campfire.chat.messages.get(first) is not None
        assert _say(campfire.chat, "three") > last


async def test_seeding_again_updates_keys_and_keeps_ids(tmp_path: Path) -> None:
    """A rotated key and a moved webhook take effect, a bot that is gone is let in no more."""
    path = tmp_path / "campfire.sqlite3"
    async with Campfire([ASSISTANT, SECOND], database_path=path) as campfire:
        before = campfire.chat.rooms.all()
    moved = BotSeed("assistant", 3, "rotated", "http://127.0.0.1:10/x")
    async with Campfire([moved, THIRD], database_path=path) as campfire:
        people, rooms = campfire.chat.people, campfire.chat.rooms
        assert people.bot_by_key("3-aaaaaaaaaaaa") is None
        assert people.bot_by_key("4-bbbbbbbbbbbb") is None
        bot = people.bot_by_key("3-rotated")
        assert bot is not None
        assert bot.webhook_url == "http://127.0.0.1:10/x"
        assert rooms.all()[: len(before)] == before
        assert rooms.is_member(2, 8)


async def test_a_bot_cannot_be_a_person() -> None:
    """A key with a person's id is refused with a sentence, not made Ada's."""
    with pytest.raises(SeedConflict, match="BOT_KEY_ASSISTANT names user 1, who is Ada Admin"):
        Campfire([BotSeed("assistant", 1, "x", "http://127.0.0.1:9/")])


@pytest.mark.parametrize("reason", ["a bot with a person's id", "a file that is no database"])
def test_a_sandbox_that_cannot_start_leaves_no_file_open(tmp_path: Path, reason: str) -> None:
    """Whoever mends the setting or the file meets no lock of ours."""
    path = tmp_path / "campfire.sqlite3"
    if reason == "a file that is no database":
        path.write_bytes(b"no database" * 1000)
    with pytest.raises((SeedConflict, sqlite3.DatabaseError)):
        Campfire([BotSeed("assistant", 1, "x", "http://127.0.0.1:9/")], database_path=path)
    assert not [file for file in psutil.Process().open_files() if file.path == str(path)]


async def test_people_make_room_for_bots() -> None:
    """A bot with the id 2 is fine: Mike gets another one."""
    async with Campfire([BotSeed("assistant", 2, "x", "http://127.0.0.1:9/")]) as campfire:
        assert [person.id for person in campfire.chat.people.humans()] == [1, 3]


@pytest.mark.parametrize(
    "key", ["", "3", "3-", "-x", "3-aaaaaaaaaaa", "1-", "³-x", "9" * 30 + "-x"]
)
async def test_bad_keys(key: str) -> None:
    """Nothing but the whole key of an active bot opens anything."""
    async with Campfire([ASSISTANT]) as campfire:
        assert campfire.chat.people.bot_by_key(key) is None


def test_names_that_eat_others_are_found() -> None:
    """A name that begins another's is reported: Campfire would cut it out of the other."""
    long = BotSeed("assistant_two", 5, "x", "http://127.0.0.1:9/")
    assert eaten_names([ASSISTANT, long, SECOND]) == [("Assistant", "Assistant Two")]


@pytest.mark.parametrize(
    ("room_id", "author_id", "mentions", "called"),
    [
        (2, 1, [], []),
        (2, 1, [3], [3]),
        (2, 1, [3, 4, 3], [3, 4]),
        (2, 3, [3], []),
        (2, 3, [4], [4]),
        (3, 1, [4], []),
        (5, 1, [], [3]),
        (7, 1, [], [3, 4]),
        (7, 3, [], [4]),
        (5, 1, [2], [3]),
    ],
)
async def test_who_is_called(
    room_id: int, author_id: int, mentions: list[int], called: list[int]
) -> None:
    """In a room its mentioned bots, in a ping all of them, never the author or an outsider."""
    async with Campfire([ASSISTANT, SECOND]) as campfire:
        chat = campfire.chat
        author, room = chat.people.get(author_id), chat.rooms.get(room_id)
        assert author is not None
        assert room is not None
        body = " ".join(mention_html(user_id, "x") for user_id in mentions) + " hi"
        message = chat.post(author, room, body)
        assert [bot.id for bot in chat.called_bots(author, room, message)] == called


def _say(chat: Chat, text: str) -> int:
    ada: Person | None = chat.people.get(1)
    room = chat.rooms.get(2)
    assert ada is not None
    assert room is not None
    return chat.post(ada, room, text).id
