"""The webhook over a real socket: what is accepted, and what Campfire never gets to post."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from ingress.intake.other_spools import OtherSpools
from shared.clocks.redis_time import RedisTime
from shared.inbound import InboundMessage
from shared.operating.bots import Refusal
from tests.conftest import eventually
from tests.deliveries import delivery, recorded
from tests.integration.ingress.conftest import BOT_KEYS, TOKEN, RunningIngress
from tests.unit.ingress.webhook.test_payload import BAD

KEY = BOT_KEYS["assistant"]


def _body(**changes: object) -> bytes:
    return json.dumps(delivery(key=KEY, **changes)).encode()  # type: ignore[arg-type]


async def test_every_recorded_delivery_is_accepted_as_sent(ingress: RunningIngress) -> None:
    """Each recorded body, byte for byte: 204, empty, and its message stands in its lane."""
    for case, body in recorded().items():
        said = json.loads(body)
        ours = KEY in said["room"]["path"]
        answer = await ingress.post("/webhook/assistant", body)
        assert (answer.status, answer.silent) == (204 if ours else 401, True), case
    distinct = {json.loads(b)["message"]["id"] for b in recorded().values() if KEY.encode() in b}
    assert await ingress.queued() == len(distinct) > 30


async def test_the_stored_message_is_what_was_said(ingress: RunningIngress) -> None:
    """The message in Redis reads back with its text; arq's ticket holds neither text nor key."""
    await ingress.post("/webhook/assistant", _body(message_id=77, plain="the secret plan"))
    job_id = f"{ingress.keys.tag}:assistant:2:77"
    stored = await ingress.redis.hget(ingress.keys.message(job_id), "body")  # type: ignore[misc]
    assert InboundMessage.model_validate_json(stored).text == "the secret plan"
    ticket = await ingress.redis.get(ingress.keys.job(job_id))
    assert json.loads(ticket)["a"] == [2, "assistant", "77"]
    assert b"secret" not in ticket
    assert KEY.encode() not in ticket


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/webhook/assistant", 204),
        ("/webhook?bot_id=assistant", 204),
        ("/webhook", 204),
        (f"/webhook/other?token={TOKEN}", 204),
        (f"/webhook?bot_id=other&token={TOKEN}", 204),
        ("/webhook/other", 401),
        ("/webhook?bot_id=other", 401),
        ("/webhook/other?token=wrong-token", 401),
        ("/webhook/nobody", 404),
        (f"/webhook/nobody?token={TOKEN}", 404),
        ("/webhook/assistant/", 404),
        ("/webhook/../webhook/assistant", 404),
        ("/", 404),
        ("/docs", 404),
        ("/openapi.json", 404),
    ],
)
async def test_who_gets_in(ingress: RunningIngress, path: str, status: int) -> None:
    """The bot is named in the path, the query or by its key; every refusal is silent."""
    answer = await ingress.post(path, _body())
    assert (answer.status, answer.silent) == (status, True)
    assert await ingress.queued() == (1 if status == 204 else 0)


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_bad_bodies_are_refused_in_silence(ingress: RunningIngress, body: bytes) -> None:
    """Broken JSON, wrong types, NUL and lone surrogates: 400, empty, and nothing is queued."""
    answer = await ingress.post("/webhook/assistant", body)
    assert (answer.status, answer.silent) == (400, True)
    assert await ingress.queued() == 0


@pytest.mark.parametrize("size", [600_000, 1024 * 1024, 5_000_000])
async def test_too_large_is_refused_in_silence(ingress: RunningIngress, size: int) -> None:
    """More than 1 MiB is 413 whether the length was announced or not."""
    body = _body(plain="x" * size)  # it holds the text twice, as plain and as html
    announced = await ingress.post("/webhook/assistant", body)
    assert (announced.status, announced.silent) == (413, True)
    head = (
        b"POST /webhook/assistant HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    streamed = await ingress.talk(head + chunk)
    assert (streamed.status, streamed.silent) == (413, True)
    assert await ingress.queued() == 0


async def test_just_under_the_limit_is_accepted(ingress: RunningIngress) -> None:
    """720 KB was recorded from a real Campfire: it goes through."""
    answer = await ingress.post("/webhook/assistant", _body(plain="x" * 360_000))
    assert answer.status == 204


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhook/assistant", 405),
        ("PUT", "/webhook/assistant", 405),
        ("DELETE", "/webhook", 405),
        ("PATCH", "/health", 405),
        ("POST", "/health", 405),
        ("POST", "/queue/stats", 405),
        ("OPTIONS", "/webhook", 405),
        ("GET", "/nothing-here", 404),
        ("BREW", "/webhook", 400),
    ],
)
async def test_the_frameworks_own_pages_are_silent(
    ingress: RunningIngress, method: str, path: str, status: int
) -> None:
    """404 and 405 of the framework and 400 of the server carry no body and no type."""
    answer = await ingress.post(path, b"{}", method=method)
    assert answer.silent
    # httptools refuses a method it does not know; routing never sees it.
    assert answer.status == status


@pytest.mark.parametrize(
    "request_", [b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00", b"POST\r\n\r\n"]
)
async def test_what_is_not_http_is_refused_in_silence(
    ingress: RunningIngress, request_: bytes
) -> None:
    """uvicorn's own 400 page never reaches the wire."""
    answer = await ingress.talk(request_)
    assert (answer.status, answer.silent) == (400, True)


class BrokenReception:
    """A reception with a bug."""

    spooled = 0
    time = RedisTime()
    others = OtherSpools()

    async def feed(self) -> None:
        await asyncio.Event().wait()

    async def take(self, message: InboundMessage) -> str:
        raise RuntimeError("a bug")


@pytest.mark.parametrize("ingress", [{"reception": BrokenReception()}], indirect=True)
async def test_a_failure_of_ours_is_silent(ingress: RunningIngress) -> None:
    """An exception nobody expected ends as an empty 500, never as a page in the room."""
    answer = await ingress.post("/webhook/assistant", _body())
    assert (answer.status, answer.silent) == (500, True)


async def test_a_repeated_delivery_is_one_message(ingress: RunningIngress) -> None:
    """The same (bot, message id) many times at once is accepted once, answered 204 each time."""
    answers = await asyncio.gather(
        *(ingress.post("/webhook/assistant", _body(message_id=5)) for _ in range(20))
    )
    assert {answer.status for answer in answers} == {204}
    assert await ingress.queued() == 1


async def test_two_bots_may_be_told_the_same_message(ingress: RunningIngress) -> None:
    """One message that mentions two bots is two deliveries, and two jobs."""
    await ingress.post("/webhook/assistant", _body(message_id=5))
    other = json.dumps(delivery(key=BOT_KEYS["other"], message_id=5)).encode()
    await ingress.post("/webhook/other", other)
    assert await ingress.queued() == 2


async def test_an_older_delivery_without_id_is_never_a_duplicate(ingress: RunningIngress) -> None:
    """v1's form may carry no id: each delivery is a message of its own."""
    body = json.dumps({"creator": {"id": 1, "name": "T"}, "room": {"id": 1}, "content": "hi"})
    for _ in range(2):
        answer = await ingress.post(f"/webhook/assistant?token={TOKEN}", body.encode())
        assert (answer.status, answer.silent) == (204, True)
    assert await ingress.queued() == 2


@pytest.mark.parametrize("ingress", [{"most": 3}], indirect=True)
async def test_the_one_over_the_bound_is_told_so(ingress: RunningIngress) -> None:
    """One may run and three wait; the fifth is told in the room, and nothing else changes."""
    answers = [
        await ingress.post("/webhook/assistant", _body(message_id=number)) for number in range(1, 6)
    ]
    assert [answer.status for answer in answers] == [204, 204, 204, 204, 200]
    assert answers[4].headers["content-type"].startswith("text/plain")
    assert b"too many messages waiting" in answers[4].body
    assert await ingress.queued() == 4
    # A redelivery of one that was taken is still recognised, not told that the lane is full.
    again = await ingress.post("/webhook/assistant", _body(message_id=2))
    assert (again.status, again.silent) == (204, True)
    # Another room's lane is not full.
    elsewhere = await ingress.post("/webhook/assistant", _body(message_id=9, room_id=3))
    assert elsewhere.status == 204


def _from_bot(number: int, to: str = "assistant", **changes: object) -> bytes:
    """A message that bot `other` (user 8) wrote to a bot."""
    author = {"id": 8, "name": "Other"}
    body = delivery(key=BOT_KEYS[to], message_id=number, user=author, **changes)  # type: ignore[arg-type]
    return json.dumps(body).encode()


@pytest.mark.parametrize("ingress", [{"answers_bots": False}], indirect=True)
async def test_a_bot_may_refuse_to_answer_bots(ingress: RunningIngress) -> None:
    """Without `answers_bots: true` what one of our own bots wrote to it is not taken."""
    answer = await ingress.post("/webhook/assistant", _from_bot(1))
    assert (answer.status, answer.silent) == (204, True)
    assert await ingress.queued() == 0


@pytest.mark.parametrize("ingress", [{"answers_bots": False, "most": 0}], indirect=True)
async def test_a_full_lane_is_not_told_to_a_bot(ingress: RunningIngress) -> None:
    """The sentence would be the next message of a loop: a bot that is ignored gets silence."""
    await ingress.post("/webhook/assistant", _body(message_id=1))
    assert (await ingress.post("/webhook/assistant", _body(message_id=2))).status == 200
    answer = await ingress.post("/webhook/assistant", _from_bot(3))
    assert (answer.status, answer.silent) == (204, True)


@pytest.mark.parametrize(
    ("ingress", "taken"), [({"answers_bots": False}, 0), ({}, 4)], indirect=["ingress"]
)
async def test_a_bot_that_is_not_ours_is_known_once_met(
    ingress: RunningIngress, taken: int
) -> None:
    """Its webhooks look like a person's; once its id is on record, the loop guard holds for it."""
    stranger = {"id": 77, "name": "Stranger"}
    bodies = [_body(message_id=number, user=stranger) for number in range(10)]
    await ingress.post("/webhook/assistant", bodies.pop())
    assert await ingress.queued() == 1
    await ingress.redis.sadd(ingress.keys.foreign_bots, 77)  # type: ignore[misc]
    answers = [await ingress.post("/webhook/assistant", body) for body in bodies]
    assert {(answer.status, answer.silent) for answer in answers} == {(204, True)}
    assert await ingress.queued() == 1 + taken


@pytest.mark.parametrize("ingress", [{"rate": 3}], indirect=True)
async def test_one_bot_is_heard_so_often_an_hour(ingress: RunningIngress) -> None:
    """However often people speak between, the pair has its bound; another room is no way round."""
    for number in range(1, 6):
        await ingress.post("/webhook/assistant", _body(message_id=number))
        await ingress.post("/webhook/assistant", _from_bot(10 + number, room_id=number))
    assert await ingress.queued() == 5 + 3
    (rate,) = [key async for key in ingress.redis.scan_iter(f"{ingress.keys.tag}:bot-rate:*")]
    assert 0 < await ingress.redis.ttl(rate) <= 3600


async def test_two_bots_stop_at_the_hop_limit(ingress: RunningIngress) -> None:
    """Four answers of bots to bots, then silence, until a person speaks in that room."""
    for number in range(1, 8):
        answer = await ingress.post("/webhook/assistant", _from_bot(number))
        assert (answer.status, answer.silent) == (204, True)
    assert await ingress.queued() == 4
    await ingress.post("/webhook/assistant", _from_bot(20, room_id=3))
    assert await ingress.queued() == 5  # another room has its own count
    await ingress.post("/webhook/assistant", _body(message_id=30))
    await ingress.post("/webhook/assistant", _from_bot(31))
    assert await ingress.queued() == 7


@pytest.mark.parametrize("ingress", [{"open": True}], indirect=True)
async def test_auth_off_lets_anybody_in(ingress: RunningIngress) -> None:
    """INGRESS_AUTH=off takes the seed's curl commands as written."""
    body = json.dumps({"creator": {"id": 1, "name": "T"}, "room": {"id": 1}, "content": "hi"})
    assert (await ingress.post("/webhook/assistant", body.encode())).status == 204


@pytest.mark.parametrize(("named", "told"), [("other", "other"), ("nobody", None), (KEY, None)])
async def test_the_log_names_whom_a_refused_delivery_was_for(
    ingress: RunningIngress, named: str, told: str | None
) -> None:
    """A bot of ours by its id; anything else may be a key that stands in the wrong place."""
    with capture_logs() as logs:
        await ingress.post(f"/webhook/{named}", _body())
    [refused] = [line for line in logs if line["event"] == "delivery_refused"]
    assert refused["bot"] == told
    assert KEY not in str(refused)


async def test_what_was_turned_away_last_shows_to_the_operator(ingress: RunningIngress) -> None:
    """By bot, with its status, so that a wrong key is found; what is no bot of ours is not named,
    and a flood is written once a second."""

    async def kept() -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = await ingress.redis.hgetall(ingress.keys.refusals)  # type: ignore[misc]
        return found if len(found) == 2 else {}

    for path in ("/webhook/other", "/webhook/nobody", "/webhook/other"):
        await ingress.post(path, _body())
    found = await eventually(kept)
    told = {bot.decode(): Refusal.model_validate_json(it).status for bot, it in found.items()}
    assert told == {"other": 401, "?": 404}


async def test_campfire_called_where_its_number_is_told(ingress: RunningIngress) -> None:
    """An operator's curl without one is taken in, and is no sign that Campfire reaches us."""
    body = json.dumps({"creator": {"id": 1, "name": "T"}, "room": {"id": 1}, "content": "hi"})
    path = f"/webhook/assistant?token={TOKEN}"
    assert (await ingress.post(path, body.encode())).status == 204
    called = json.dumps(delivery(key=BOT_KEYS["other"])).encode()
    assert (await ingress.post("/webhook/other", called)).status == 204
    known = ingress.keys.deliveries
    await eventually(lambda: ingress.redis.hexists(known, "other"))
    assert await ingress.redis.hkeys(known) == [b"other"]  # type: ignore[misc]
