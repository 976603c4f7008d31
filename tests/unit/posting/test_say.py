"""What the service says of its own accord."""

from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from consumer.campfire.client import Campfire
from consumer.campfire.errors import BadKey, BadPost
from consumer.live.broadcast import Broadcast
from consumer.outbox.outbox import Outbox
from consumer.outcome.outcome import Reply
from consumer.posting.poster import Poster
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.catalogue import catalogue

REPLY = Reply(parts=("<p>hello</p>",), ending="completed")


def _poster(campfire: Campfire) -> Poster:
    return Poster(
        campfire,
        cast(Lanes, object()),
        cast(Broadcast, object()),
        catalogue("en"),
        cast(Outbox, object()),
    )


async def test_a_bot_that_is_gone_says_nothing() -> None:
    """A notice for a message of a bot without a key is a refusal, not a bug that ends a part."""
    async with Campfire("http://127.0.0.1:9", keys={}) as campfire:
        with pytest.raises(BadKey):
            await _poster(campfire).say(2, "retired", "wait")


async def test_what_campfire_answered_is_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page sends whoever looks at such a dead letter there, for the status."""

    async def refused(*_: object, **__: object) -> None:
        raise BadPost("422")

    message = SimpleNamespace(bot_id="ops", room_id=2, user_id=1)
    claim = SimpleNamespace(failures=0, message=message, job_id="{t}:ops:2:7")
    async with Campfire("http://127.0.0.1:9", keys={}) as campfire:
        poster = _poster(campfire)
        monkeypatch.setattr(poster, "_post_all", refused)
        with capture_logs() as logs:
            ended = await poster.post_reply(cast(Claim, claim), REPLY)
    assert ended.ending == Reply(parts=(), ending="dead", reason="BadPost")
    [told] = [it for it in logs if it["event"] == "delivery_failed"]
    assert (told["error"], told["why"]) == ("BadPost", "422")
