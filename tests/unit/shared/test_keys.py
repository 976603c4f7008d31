"""Key names: unique per deployment, and without anything secret."""

import pytest

from shared.keys import Keys
from shared.lane import Lane
from tests.deliveries import inbound


def test_the_default_queue_is_arqs_own() -> None:
    """Any dashboard finds the default deployment where arq puts it."""
    assert Keys().queue == "arq:queue"
    assert Keys().job("x") == "arq:job:x"
    assert Keys("other").queue == "arq:queue:other"


def test_two_deployments_share_no_key() -> None:
    """The prefix is in every name, the job id included, since arq's prefixes are fixed."""
    names = []
    for prefix in ("one", "two"):
        keys, message = Keys(prefix), inbound(7)
        job = keys.job_id(message)
        names.append(
            {keys.queue, keys.job(job), keys.seen(message), keys.lane(message.lane), keys.lease}
        )
    assert names[0].isdisjoint(names[1])


def test_no_text_in_a_name() -> None:
    """Names hold ids only."""
    message = inbound(7).model_copy(update={"text": "chat text", "user_name": "Ada"})
    for name in (Keys().job_id(message), Keys().seen(message), Keys().lane(message.lane)):
        assert "chat" not in name
        assert "Ada" not in name


@pytest.mark.parametrize("bot_id", ["technical_assistant", "control"])
def test_a_lane_reads_back(bot_id: str) -> None:
    """str() and parse() are inverse, for the line of control words beside it too."""
    for lane in (Lane(7, bot_id), Lane(7, bot_id, control=True)):
        assert Lane.parse(str(lane)) == lane
    assert str(Lane(7, bot_id)) != str(Lane(7, bot_id, control=True))
