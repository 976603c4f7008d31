"""The last contact with Campfire and the model: failed or not, and asked again until not."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from consumer.agent import UNMETERED
from consumer.agent.errors import (
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    OutOfCredit,
    RateLimited,
    SpendLimitReached,
    TurnFailed,
    TurnLimitReached,
)
from consumer.campfire.client import Campfire
from consumer.messages_api import MessagesApi
from consumer.neighbours.contacts import Contacts
from consumer.neighbours.model import ModelContact
from consumer.toolboxes import Asking
from shared.between_processes.heartbeat import Heartbeat
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane
from tests.answering import Answering

BOT = Bot(id="assistant", name="Assistant", system_prompt="x")
LANE = Lane(1, "assistant")


class Agent:
    """Ends its turn as it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def run_turn(self, *_: Any, **__: Any) -> Any:
        if self.error:
            raise self.error
        return "answer"


async def turn(contact: ModelContact, agent: Agent, error: Exception | None) -> None:
    agent.error = error

    async def brief(_: object) -> str:
        return ""

    def asking() -> Asking:
        return Asking(bot=BOT, lane=LANE, job_id="j", asker=None)

    with suppress(AgentError):
        await contact.run_turn(
            *(LANE, BOT, "x"),
            on_event=print,
            brief=brief,
            get_asking=asking,
            job="j",
            within_s=9.0,
            meter=UNMETERED,
        )


@pytest.mark.parametrize(
    "error",
    [AgentOverloaded(), AgentUnavailable(), AgentUnauthorized(), RateLimited(), OutOfCredit()],
)
async def test_a_turn_that_did_not_reach_the_model_says_so(error: Exception) -> None:
    """Until one did."""
    agent = Agent()
    contact = model_contact(agent, refuse)
    await turn(contact, agent, error)
    assert contact.is_failing
    await turn(contact, agent, None)
    assert not contact.is_failing


@pytest.mark.parametrize("error", [AgentRejected(), AgentTimedOut(), TurnLimitReached()])
async def test_a_turn_that_failed_otherwise_says_nothing_of_the_model(error: Exception) -> None:
    """Neither that it fails, nor that it does not."""
    agent = Agent()
    contact = model_contact(agent, refuse)
    await turn(contact, agent, error)
    assert not contact.is_failing
    await turn(contact, agent, AgentOverloaded())
    await turn(contact, agent, error)
    assert contact.is_failing


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        ((200, '{"input_tokens": 10}'), False),
        ((401, ""), True),
        ((403, ""), True),
        ((402, ""), True),
        ((400, "Your credit balance is too low to access the API."), True),
        ((500, ""), True),
        ((429, ""), False),
        ((529, ""), False),
        ((404, '{"detail": "Not Found"}'), False),
        ((405, ""), False),
        ((404, "model: claude-x"), False),
    ],
)
async def test_asking_the_model_costs_nothing_and_says_whether_it_lets_us_in(
    answer: tuple[int, str], fails: bool
) -> None:
    """By a count of tokens; who is busy was reached, and who cannot count says nothing bad."""
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(answer[0], text=answer[1])

    agent = Agent()
    contact = model_contact(agent, answers)
    if not fails:
        await turn(contact, agent, AgentUnauthorized())
        assert contact.fault == "AgentUnauthorized"
    await contact.ask()
    assert contact.is_failing is fails
    assert bool(contact.fault) is fails
    assert [(each.method, each.url.path) for each in asked] == [
        ("POST", "/v1/messages/count_tokens")
    ]


async def test_a_model_that_is_not_there_fails() -> None:
    """Nobody answers at its address."""
    contact = model_contact(Agent(), refuse)
    await contact.ask()
    assert contact.is_failing


async def test_the_model_that_failed_is_the_one_that_is_asked_again() -> None:
    """Another bot's may answer meanwhile."""
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content)["model"])
        return httpx.Response(401)

    agent = Agent()
    contact = model_contact(agent, answers)
    await contact.ask()
    await turn(contact, agent, AgentUnavailable())
    await contact.ask()
    assert asked == ["first", BOT.model]


def given_up(kind: type[TurnFailed] = RateLimited, **known: Any) -> TurnFailed:
    """The CLI did not ask again."""
    error = kind("429", status=429, **known)
    error.retryable = False
    return error


@pytest.mark.parametrize(
    ("error", "status", "wait_s", "asked"),
    [
        (given_up(), 429, 600, 1),
        (given_up(AgentOverloaded), 529, 600, 1),
        (given_up(), 200, None, 1),
        (given_up(), 503, None, 1),
        (given_up(wait_s=58.0), 429, 58.0, 0),
        (given_up(SpendLimitReached), 429, None, 0),
        (RateLimited("429", status=429), 429, None, 0),
    ],
)
async def test_for_how_long_the_model_wants_no_requests_is_asked_where_nobody_told(
    error: TurnFailed, status: int, wait_s: float | None, asked: int
) -> None:
    """Once, by a message of one token, and of what would be tried again it is not."""
    times = 0

    def answers(request: httpx.Request) -> httpx.Response:
        nonlocal times
        times += 1
        assert request.url.path == "/v1/messages"
        assert json.loads(request.content)["max_tokens"] == 1
        return httpx.Response(status, headers={"Retry-After": "600"})

    agent = Agent()
    await turn(model_contact(agent, answers), agent, error)
    assert (error.wait_s, times) == (wait_s, asked)


async def test_a_model_that_does_not_say_for_how_long_holds_the_room_up_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told without a time then."""
    monkeypatch.setattr("consumer.neighbours.model.PATIENCE_S", 0.05)

    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    agent, error = Agent(), given_up()
    async with asyncio.timeout(5):
        await turn(model_contact(agent, silent), agent, error)
    assert error.wait_s is None


def model_contact(agent: Agent, answers: Callable[[httpx.Request], Any]) -> ModelContact:
    """Of a model that answers so."""
    api = MessagesApi("http://model/", "key", httpx.MockTransport(answers))
    return ModelContact(agent, api, "first")


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (refuse, True),
        (lambda _: httpx.Response(503), True),
        (lambda _: httpx.Response(500), False),
        (lambda _: httpx.Response(302, headers={"Location": "/session/new"}), False),
    ],
)
async def test_campfire_fails_when_it_is_not_campfire_that_answers(
    answer: Callable[[httpx.Request], httpx.Response], fails: bool
) -> None:
    """No answer, or a proxy's; a refusal is an answer of its own."""
    async with Campfire("http://campfire", Answering(answer)) as campfire:
        await campfire.ask()
        assert campfire.is_failing is fails


async def test_who_fails_is_asked_again_until_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to write a message for it; who does not fail is left in peace."""
    monkeypatch.setattr("consumer.neighbours.contacts.AGAIN_S", 0.001)
    patient, well = Patient(3), Patient(0)
    contacts = Contacts({"campfire": patient, "model": well})
    first = contacts.failing
    asking = asyncio.create_task(contacts.run())
    async with asyncio.timeout(10):
        while contacts.failing:
            await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (first, patient.asked, well.asked) == (("campfire",), 3, 0)


async def test_asked_at_the_start_nobody_is_taken_to_be_well() -> None:
    """Who does not answer then is known before anybody writes a message."""
    campfire, model = Patient(0), model_contact(Agent(), refuse)
    contacts = Contacts({"campfire": campfire, "model": model}, ask_at_start=True)
    asking = asyncio.create_task(contacts.run())
    async with asyncio.timeout(10):
        while contacts.failing != ("model",):
            await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert campfire.asked == 1


class Patient:
    """Fails so many times."""

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self.asked = 0

    @property
    def is_failing(self) -> bool:
        return self.asked < self._failures

    async def ask(self) -> None:
        self.asked += 1


def test_an_older_consumer_is_taken_to_be_well() -> None:
    """During a deploy the heart of the one before says less."""
    beat = Heartbeat.model_validate_json('{"at": 1.5, "running": 2, "more": 1}')
    assert (beat.running, beat.draining, beat.failing) == (2, False, ())
