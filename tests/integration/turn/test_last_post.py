"""Where no sign is to be taken down, the last post is recorded in the step that ends a message."""

import json
from collections.abc import Awaitable
from typing import Any, cast

import pytest

from consumer.posting.long_answers import POST_BYTES
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.ledger import Ledger
from tests.bots import bot_with
from tests.integration.conftest import BOT, Stage

CREATE_ONLY = pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
TWO_POSTS = "x" * POST_BYTES


class Records:
    """What was recorded of posts: alone, and with an end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.alone, self.with_an_end = list[list[str]](), list[list[str]]()
        record_post, settle = Ledger.record_post, Lanes.settle

        async def recording(ledger: Ledger, claim: Claim, posted: list[str]) -> None:
            self.alone.append(list(posted))
            await record_post(ledger, claim, posted)

        async def settling(lanes: Lanes, claim: Claim, *given: Any, **named: Any) -> bool:
            self.with_an_end.append(list(named["posted"]))
            return await settle(lanes, claim, *given, **named)

        monkeypatch.setattr(Ledger, "record_post", recording)
        monkeypatch.setattr(Lanes, "settle", settling)


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    """Of every consumer of the test."""
    return Records(monkeypatch)


async def kept(stage: Stage, job_id: str) -> dict[str, Any]:
    """What operators see of a message that has ended."""
    found = stage.redis.hget(stage.keys.ended_messages, job_id)
    return dict(json.loads(await cast(Awaitable[bytes], found)))


@CREATE_ONLY
async def test_one_post_takes_no_record_of_its_own(stage: Stage, records: Records) -> None:
    """It is on record all the same, and told to who looks at the message."""
    await stage.start()
    job_id = await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    (posted,) = records.with_an_end
    assert (records.alone, len(posted)) == ([], 1)
    row = await kept(stage, job_id)
    assert row["posts"] == posted
    assert [step["what"] for step in row["steps"]] == ["claimed", "posted", "settled"]


@CREATE_ONLY
async def test_of_several_posts_the_last_alone_takes_none(stage: Stage, records: Records) -> None:
    """Between two of them a kill must not leave two unclear."""
    stage.agent.does["hello"] = said_in_two
    await stage.start()
    await stage.say("hello")
    await stage.until_idle()
    (posted,) = records.with_an_end
    assert len(posted) == len(await stage.bot_said()) == 2
    assert records.alone == [posted[:1]]


async def test_where_signs_are_taken_down_the_post_is_recorded_first(
    stage: Stage, records: Records
) -> None:
    """That takes requests to Campfire, in which the process may end."""
    await stage.start()
    await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    assert (len(records.alone), records.with_an_end) == (1, [[]])


async def test_no_signs_but_a_last_one_are_waited_for_too(stage: Stage, records: Records) -> None:
    """Where there are none meanwhile, a message that is not answered gets one at its end."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1]})}
    await stage.start(progress="off")
    await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.say("let me in", user_id=9, user_name="Bo")
    await stage.until_idle()
    with_the_answer, with_the_refusal = records.with_an_end
    assert (len(with_the_answer), with_the_refusal, len(records.alone)) == (1, [], 1)


async def said_in_two() -> str:
    """An answer that takes two posts."""
    return TWO_POSTS
