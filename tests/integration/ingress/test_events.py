"""Events over a real socket: who may send, what becomes of it, and that no answer has a body."""

import json
import time
from pathlib import Path

import pytest

from ingress.intake.spool import Spool
from ingress.outside.proof import signature
from shared.audit import AuditTrail
from shared.inbound import InboundMessage
from tests.integration.ingress.conftest import Answer, RunningIngress
from tests.integration.ingress.test_operator_authentication import ORIGINS

SECRET = "s" * 43
OPEN = {"events": {"rooms": [2, 7]}, "secrets": {"EVENT_SECRET_ASSISTANT": SECRET}}
WORDS = "Build 7 failed: see the plan"
SHOWN = f"Authorization: Bearer {SECRET}"
PATH = "/events/assistant/2"

EVENTS = pytest.mark.parametrize("ingress", [OPEN], indirect=True)


async def send(
    ingress: RunningIngress, *headers: str, body: bytes = WORDS.encode(), path: str = PATH
) -> Answer:
    """One event over a connection of its own."""
    kind = [] if any(it.lower().startswith("content-type") for it in headers) else ["text/plain"]
    head = [
        f"POST {path} HTTP/1.1",
        "Host: x",
        "Connection: close",
        *(f"Content-Type: {it}" for it in kind),
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return await ingress.talk("\r\n".join([*head, "", ""]).encode() + body)


def ours(body: bytes, *, at: int | None = None, event_id: str = "", path: str = PATH) -> list[str]:
    """The headers of our own signature."""
    stamp = str(round(time.time()) if at is None else at)
    signed = signature(SECRET, f"{stamp}.{event_id}.{path}.".encode() + body)
    named = [f"X-Event-Id: {event_id}"] if event_id else []
    return [f"X-Event-Timestamp: {stamp}", f"X-Event-Signature: {signed}", *named]


async def stored(ingress: RunningIngress) -> list[InboundMessage]:
    """All that is queued."""
    jobs = [job.decode() for job in await ingress.redis.zrange(ingress.keys.queue, 0, -1)]
    bodies = [
        await ingress.redis.hget(ingress.keys.message(job), "body")  # type: ignore[misc]
        for job in jobs
    ]
    return [InboundMessage.model_validate_json(body) for body in bodies]


@EVENTS
async def test_an_event_is_a_message_of_nobody(ingress: RunningIngress) -> None:
    """From outside, in the room of its URL, without a person; its words wait in Redis alone."""
    answer = await send(ingress, SHOWN)
    assert (answer.status, answer.silent) == (202, True)
    (message,) = await stored(ingress)
    assert (message.origin, message.is_unattended, message.control) == ("event", True, None)
    assert (message.user_id, message.user_name, message.room_id) == (None, "a program", 2)
    assert (message.text, message.about) == (WORDS, message.message_id)
    assert message.room_name == "room 2"
    (kept,) = await AuditTrail(ingress.redis, ingress.keys).newest(9)
    assert (kept.entry.what, kept.entry.detail, kept.entry.person) == ("event", "accepted", None)
    assert "Build" not in kept.entry.model_dump_json()


@EVENTS
async def test_a_word_to_the_service_is_none_in_an_event(ingress: RunningIngress) -> None:
    """`stop` and `new` are people's."""
    await send(ingress, SHOWN, body=b"stop")
    (message,) = await stored(ingress)
    assert message.control is None


@EVENTS
async def test_every_way_in(ingress: RunningIngress) -> None:
    """The secret, our signature over another body each, GitHub's."""
    github = f"X-Hub-Signature-256: {signature(SECRET, b'c')}"
    for headers, body in (
        ([SHOWN], b"a"),
        (ours(b"b", event_id="b"), b"b"),
        ([github], b"c"),
        ([SHOWN, "Content-Type: application/json"], b'{"alert": "disk"}'),
        ([SHOWN, "Content-Type: application/x-www-form-urlencoded"], b"name=Ada"),
    ):
        assert (await send(ingress, *headers, body=body)).status == 202
    assert {it.text for it in await stored(ingress)} == {
        "a",
        "b",
        "c",
        '{"alert": "disk"}',
        "name: Ada",
    }


@EVENTS
@pytest.mark.parametrize(
    ("status", "path", "headers", "body"),
    [
        (401, PATH, [], b"x"),
        (401, PATH, ["Authorization: Bearer wrong"], b"x"),
        (401, PATH, [f"X-Hub-Signature-256: {signature(SECRET, b'y')}"], b"x"),
        (401, PATH, ours(b"x", at=round(time.time()) - 900), b"x"),
        (401, PATH, ours(b"x", path="/events/assistant/7"), b"x"),
        (401, "/events/nobody/2", [SHOWN], b"x"),
        (401, "/events/assistant/9", [], b"x"),
        (404, "/events/assistant/9", [SHOWN], b"x"),
        (404, "/events/assistant/two", [SHOWN], b"x"),
        (404, "/events/assistant", [SHOWN], b"x"),
        (413, PATH, [SHOWN], b"x" * 65_537),
        (413, PATH, [], b"x" * 5_000_000),
        (400, PATH, [SHOWN], b"\xff"),
        (400, PATH, [SHOWN], b" "),
        (400, PATH, [SHOWN, "Content-Type: application/json"], b"{"),
        (400, PATH, [SHOWN, "X-Event-Id: a b"], b"x"),
        (415, PATH, [SHOWN, "Content-Type: image/png"], b"x"),
        *[(403, PATH, [SHOWN, f"Origin: {origin}"], b"x") for origin in ORIGINS],
    ],
)
async def test_what_is_refused(
    ingress: RunningIngress, status: int, path: str, headers: list[str], body: bytes
) -> None:
    """Silently, and nothing is queued."""
    answer = await send(ingress, *headers, body=body, path=path)
    assert (answer.status, answer.silent) == (status, True)
    assert await ingress.queued() == 0


@pytest.mark.parametrize(
    "ingress",
    [
        {},
        {"secrets": {"EVENT_SECRET_ASSISTANT": SECRET}},
        {"events": {"rooms": [2]}},
        {"events": {"rooms": [2]}, "secrets": {"EVENT_SECRET_OTHER": SECRET}},
        {**OPEN, "events": {"rooms": [2], "signed": True}},
    ],
    indirect=True,
)
async def test_a_bot_that_takes_none_says_401(ingress: RunningIngress) -> None:
    """Without rooms, without a secret, with another bot's, or where a signature is asked for."""
    assert (await send(ingress, SHOWN)).status == 401
    assert await ingress.queued() == 0


@EVENTS
async def test_the_same_event_twice_is_one(ingress: RunningIngress) -> None:
    """By its id whatever it says, in this room; by GitHub's signed body; else by its words."""
    github = f"X-Hub-Signature-256: {signature(SECRET, b'signed')}"
    for headers, body in (
        ([SHOWN, "X-Event-Id: 7"], b"one"),
        ([SHOWN, "X-Event-Id: 7"], b"two"),
        ([github, "X-GitHub-Delivery: a"], b"signed"),
        ([github, "X-GitHub-Delivery: b"], b"signed"),
        ([SHOWN], b"words"),
        ([SHOWN], b"words"),
        (ours(b"ours"), b"ours"),
        (ours(b"ours", at=round(time.time()) + 1), b"ours"),
    ):
        assert (await send(ingress, *headers, body=body)).status == 202
    assert sorted(it.text for it in await stored(ingress)) == ["one", "ours", "signed", "words"]
    assert (await send(ingress, SHOWN, path="/events/assistant/7", body=b"words")).status == 202
    assert await ingress.queued() == 5
    remembered = [key async for key in ingress.redis.scan_iter(f"{ingress.keys.tag}:event:*")]
    assert len(remembered) == 3
    assert all([0 < await ingress.redis.ttl(key) <= 600 for key in remembered])


@pytest.mark.parametrize(
    "ingress", [{**OPEN, "events": {"rooms": [2], "per_hour": 3}}], indirect=True
)
async def test_more_than_its_hour_s_share_are_429(ingress: RunningIngress) -> None:
    """With when to come again; wrong secrets take nobody's place."""
    for number in range(5):
        assert (await send(ingress, body=f"{number}".encode())).status == 401
    answers = [await send(ingress, SHOWN, body=f"{number}".encode()) for number in range(4)]
    assert [it.status for it in answers] == [202, 202, 202, 429]
    assert 0 < int(answers[3].headers["retry-after"]) <= 1200
    (limited, *_) = await AuditTrail(ingress.redis, ingress.keys).newest(1)
    assert limited.entry.detail == "limited"


@pytest.mark.parametrize("ingress", [{**OPEN, "most": 2}], indirect=True)
async def test_a_full_lane_is_429_too(ingress: RunningIngress) -> None:
    """And no sentence for a room: the sender is a program."""
    answers = [await send(ingress, SHOWN, body=f"{number}".encode()) for number in range(4)]
    assert [(it.status, it.silent) for it in answers] == [(202, True)] * 3 + [(429, True)]


@EVENTS
async def test_the_room_s_name_is_as_campfire_told_it(ingress: RunningIngress) -> None:
    """And a ping stays a ping: its rights are the narrower ones."""
    names = {"2:assistant": json.dumps("Support"), "7:assistant": "null"}
    await ingress.redis.hset(ingress.keys.room_names, mapping=names)  # type: ignore[misc]
    for room in (2, 7):
        await send(ingress, SHOWN, path=f"/events/assistant/{room}")
    assert {it.room_id: it.room_name for it in await stored(ingress)} == {2: "Support", 7: None}


@EVENTS
async def test_a_program_does_not_start_bots_hops_anew(ingress: RunningIngress) -> None:
    """Only a person who speaks does: else a program could keep two bots talking for ever."""
    await ingress.redis.set(ingress.keys.hops(2), 4)
    await send(ingress, SHOWN)
    assert await ingress.redis.get(ingress.keys.hops(2)) == b"4"


@pytest.mark.parametrize("ingress", [{**OPEN, "redis_url": "redis://127.0.0.1:9/0"}], indirect=True)
async def test_while_redis_is_away_events_wait_on_disk(
    ingress: RunningIngress, tmp_path: Path
) -> None:
    """202: they are taken. The same one again has the same id, and is one when it is fed."""
    said = WORDS.encode()
    for headers, body in (
        ([SHOWN], said),
        ([SHOWN], said),
        (ours(b"signed"), b"signed"),
        ([SHOWN, "X-Event-Id: 7"], said),
    ):
        answer = await send(ingress, *headers, body=body)
        assert (answer.status, answer.silent) == (202, True)
    waiting = [message for _, message in Spool(tmp_path / "spool").peek(9)]
    assert [it.text for it in waiting] == [WORDS, WORDS, "signed", WORDS]
    assert {it.origin for it in waiting} == {"event"}
    same, again, *others = [it.message_id for it in waiting]
    assert same == again
    assert len({same, *others}) == 3
