"""Every webhook that Campfire was recorded to send, through all processes to an answer."""

import asyncio
import json
from collections import Counter

import httpx

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import BOT_KEYS, WEBHOOK_TOKEN
from tests.acceptance.stack import Stack
from tests.deliveries import recorded

CAMPFIRE_HEADERS = {"Content-Type": "application/json", "Accept": "*/*", "User-Agent": "Ruby"}


async def test_every_recorded_delivery_ends_in_one_answer_in_its_room(new_stack: NewStack) -> None:
    """Each is taken as Campfire sent it, with an empty 204, and answered once by its bot.

    But for what bots said: no bot's file here allows that.
    """
    # Nobody listens there: else the answers in room 7 would call the other bot, as Campfire does.
    stack = new_stack(WEBHOOK_BASE="http://127.0.0.1:1")
    await stack.start()
    await stack.ready()
    bodies = {case: body for case, body in recorded().items() if case.startswith("w")}
    assert len(bodies) >= 40
    for case, body in bodies.items():
        answer = await deliver(stack, body)
        assert (answer.status_code, answer.content) == (204, b""), case
        assert "content-type" not in answer.headers, case
    asked = {case: body for case, body in bodies.items() if not is_from_a_bot(body)}
    assert len(bodies) - len(asked) == len(stack.web.log.events("delivery_ignored")) == 4
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("turn_settled")) >= len(asked),
        f"{len(asked)} turns settled",
        within_s=100,
    )
    settled = stack.worker.log.events("turn_settled", outcome="completed")
    assert len(settled) == len(asked)
    # A file belongs to its author's words before it, while both wait.
    joined = Counter[tuple[str, int]]()
    for event in stack.worker.log.events("messages_collected"):
        joined[event["bot"], event["room"]] += event["further"]
    assert joined.total() <= sum(map(is_a_file, asked.values()))
    turns = Counter((bot_of(body), room(body)) for body in asked.values()) - joined
    await expect_answers(stack, list(turns.elements()))


async def test_a_delivery_sent_again_is_answered_once(stack: Stack) -> None:
    """Ten deliveries of one message at the same time: all 204, one turn, one answer."""
    body = recorded()["w01_mention_open_room-0"]
    answers = await asyncio.gather(
        *(stack.http.post("/webhook/assistant", content=body) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {204}
    await stack.worker.log.event("turn_settled")
    assert "hi" in await stack.ask("echo hi")  # the lane went on: nothing else waited in it
    assert len(await stack.answers()) == 2
    assert len(stack.web.log.events("delivery_duplicate")) == 9


async def deliver(stack: Stack, body: bytes) -> httpx.Response:
    """To the bot's own webhook URL; the other Campfire's by the token."""
    token = {} if key_of(body) in BOT_KEYS.values() else {"token": WEBHOOK_TOKEN}
    return await stack.http.post(
        f"/webhook/{bot_of(body)}", params=token, content=body, headers=CAMPFIRE_HEADERS
    )


def key_of(body: bytes) -> str:
    """The key that the delivery carries."""
    return str(json.loads(body)["room"]["path"].split("/")[3])


def bot_of(body: bytes) -> str:
    """Whose key that is, also a rotated one (w55); a bot that we have not (w57) is one of ours."""
    user_id = key_of(body).partition("-")[0]
    ours = {key.partition("-")[0]: bot for bot, key in BOT_KEYS.items()}
    return ours.get(user_id, "financial_analyst")


def is_from_a_bot(body: bytes) -> bool:
    """Whether one of the bots wrote it, by the ids in their keys."""
    ids = {int(key.partition("-")[0]) for key in BOT_KEYS.values()}
    return json.loads(body)["user"]["id"] in ids


def is_a_file(body: bytes) -> bool:
    """Whether it is a file, which has no words."""
    return json.loads(body)["message"]["body"]["html"] is None


def room(body: bytes) -> int:
    """The room of a delivery."""
    return int(json.loads(body)["room"]["id"])


async def expect_answers(stack: Stack, expected: list[tuple[str, int]]) -> None:
    """Each bot has posted in each room exactly as often as it was asked there."""
    for bot, room_id in set(expected):
        posted = await stack.answers(room_id, bot)
        assert len(posted) == expected.count((bot, room_id)), (bot, room_id, posted)
