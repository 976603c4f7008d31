"""One deadline over all attempts at a message: its lane waits no longer than one turn may take."""

from consumer.agent.errors import AgentOverloaded, RateLimited
from shared.catalogue import catalogue
from tests.integration.conftest import Stage
from tests.integration.turn.test_outcomes import result

SENTENCES = catalogue("en")


async def test_attempts_share_the_time_of_one_turn(stage: Stage) -> None:
    """Each gets what the ones before and the waits between them left; then the room is told."""

    async def fail() -> str:
        raise AgentOverloaded("529 again", status=529)

    stage.agent.does["fail"] = fail
    await stage.start(turn_timeout_seconds=10)
    job_id = await stage.say("fail")
    await stage.say("next")
    await stage.heard("answer to next")
    await stage.until_idle()
    *attempts, next_one = stage.agent.within
    assert len(attempts) == 2, "with the third wait too little time would be left"
    assert attempts[0] > 9 > 8 > attempts[1]
    assert next_one > 9, "the next message has a time of its own"
    ending = await result(stage, job_id)
    assert (ending["reason"], ending["detail"]) == ("AgentOverloaded", "529 again")
    assert (await stage.bot_said())[0] == SENTENCES.say("error.AgentOverloaded")


async def test_a_time_that_the_model_names_is_told_at_once(stage: Stage) -> None:
    """Nothing is tried again, nothing keeps the lane."""

    async def fail() -> str:
        error = RateLimited("429", status=429, wait_s=791.0)
        error.retryable = False
        raise error

    stage.agent.does["fail"] = fail
    await stage.start()
    job_id = await stage.say("fail")
    await stage.heard("ask me again in 14 minutes")
    await stage.until_idle()
    ending = await result(stage, job_id)
    assert (ending["outcome"], ending["attempts"]) == ("failed", 1)
