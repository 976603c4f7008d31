"""Reading a delivery: every recorded one is understood, every broken one is refused."""

import json
from typing import Any

import pytest

from ingress.webhook.payload import parse
from shared.errors import Malformed
from tests.deliveries import RECORDED_KEY, delivery, recorded


@pytest.mark.parametrize(("case", "body"), recorded().items(), ids=recorded())
def test_every_recorded_delivery_is_understood(case: str, body: bytes) -> None:
    """What Campfire was recorded to send becomes a message with its room, person and text."""
    said = json.loads(body)
    message = parse(body).inbound("assistant", "1", accepted_ms=5)
    assert (message.room_id, message.room_name) == (said["room"]["id"], said["room"]["name"])
    assert (message.user_id, message.user_name) == (said["user"]["id"], said["user"]["name"])
    assert message.text == said["message"]["body"]["plain"], case
    assert message.html == said["message"]["body"]["html"]


def test_the_recorded_cases_are_there() -> None:
    """The parametrised test above would pass on no recordings at all."""
    assert len(recorded()) >= 40


def test_the_key_in_the_room_path_is_found() -> None:
    """room.path carries the bot's key between the room and `messages`."""
    assert parse(recorded()["w01_mention_open_room-0"]).bot_key == RECORDED_KEY


def test_nulls_of_pings_and_files_are_fine() -> None:
    """A ping has no room name, a file no html and an empty text."""
    body = delivery(room_id=5)
    body["room"]["name"] = None
    body["message"]["body"] = {"html": None, "plain": ""}
    message = parse(json.dumps(body).encode()).inbound("assistant", "1", accepted_ms=0)
    assert (message.room_name, message.html, message.text) == (None, None, "")


def test_unknown_fields_are_ignored() -> None:
    """A newer Campfire that sends more is still understood."""
    body = delivery(account={"id": 1}, thread=None)
    assert parse(json.dumps(body).encode()).message_id == "1"


@pytest.mark.parametrize("given", [7, "a-b_7", None])
def test_the_older_form_is_understood(given: int | str | None) -> None:
    """v1's form has creator, room and content, and an id only perhaps."""
    body: dict[str, Any] = {
        "creator": {"id": 1, "name": "Test User"},
        "room": {"id": 1, "name": "Test Room"},
        "content": "你好，介绍一下你的功能",
    }
    if given is not None:
        body["id"] = given
    parsed = parse(json.dumps(body).encode())
    assert parsed.message_id == (None if given is None else str(given))
    assert parsed.bot_key is None
    assert parsed.inbound("b", "1", accepted_ms=0).text == "你好，介绍一下你的功能"


@pytest.mark.parametrize(
    ("body", "is_file"),
    [
        ({"html": None, "plain": "photo.png"}, True),
        ({"html": None, "plain": ""}, False),
        ({"html": "<div>stop.png</div>", "plain": "stop.png"}, False),
    ],
)
def test_a_file_is_known_by_its_missing_html(body: dict[str, str | None], is_file: bool) -> None:
    """Campfire sends a file's name as plain text, and no HTML."""
    parsed = parse(json.dumps(delivery(message={"id": 1, "body": body})).encode())
    assert parsed.inbound("b", "1", accepted_ms=0).is_file is is_file


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in delivery().items() if key != name}


BAD: dict[str, bytes] = {
    "empty": b"",
    "broken JSON": b'{"user": {"id": 1',
    "not UTF-8": b'{"user": "\xff\xfe"}',
    "a list": b"[]",
    "a number": b"7",
    "no room": json.dumps(_without("room")).encode(),
    "no user": json.dumps(_without("user")).encode(),
    "no message": json.dumps(_without("message")).encode(),
    "room id a text": json.dumps(delivery(room={"id": "2", "name": "x"})).encode(),
    "room id a truth": json.dumps(delivery(room={"id": True, "name": "x"})).encode(),
    "room id negative": json.dumps(delivery(room={"id": -2, "name": "x"})).encode(),
    "room id huge": json.dumps(delivery(room={"id": 10**30, "name": "x"})).encode(),
    "plain a list": json.dumps(
        delivery(message={"id": 1, "body": {"plain": ["x"], "html": None}})
    ).encode(),
    "NUL in the text": json.dumps(delivery(plain="a\0b")).encode(),
    "NUL in a name": json.dumps(delivery(user={"id": 1, "name": "\0"})).encode(),
    "raw NUL": json.dumps(delivery(plain="XX")).encode().replace(b"XX", b"\0"),
    "lone surrogate": json.dumps(delivery(plain="XX")).encode().replace(b"XX", b"\\ud83d"),
    "lone low surrogate": json.dumps(delivery(plain="XX")).encode().replace(b"XX", b"\\ude00"),
    "deep nesting": b"[" * 100_000,
    "own id with a colon": json.dumps(
        {"creator": {"id": 1, "name": "x"}, "room": {"id": 1}, "content": "x", "id": "a:b"}
    ).encode(),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_a_broken_delivery_is_refused(body: bytes) -> None:
    """Whatever is not a delivery is Malformed, and the reason repeats none of its text."""
    with pytest.raises(Malformed) as refusal:
        parse(body)
    assert "XX" not in str(refusal.value)


def test_a_real_nul_is_told_from_an_escaped_backslash() -> None:
    r"""The text `\u0000` typed by a person is six harmless characters."""
    body = json.dumps(delivery(plain=r"\u0000")).encode()
    assert parse(body).inbound("b", "1", accepted_ms=0).text == r"\u0000"
