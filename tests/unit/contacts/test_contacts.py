"""The last contact with Campfire and the model: failed or not, and asked again until not."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from consumer.campfire.client import Campfire
from consumer.contacts.contacts import Contacts
from consumer.contacts.model import ModelContact
from consumer.sessions.errors import (
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    OutOfCredit,
    RateLimited,
    TurnLimitReached,
)
from shared.bots import Bot
from shared.errors import AgentError
from shared.heartbeat import Heartbeat
from shared.lane import Lane

BOT = Bot(id="assistant", name="Assistant", system_prompt="x")


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

    with suppress(AgentError):
        await contact.run_turn(
            Lane(1, "assistant"), BOT, "x", on_event=print, brief=brief, job="j", within_s=9.0
        )


@pytest.mark.parametrize(
    "error",
    [AgentOverloaded(), AgentUnavailable(), AgentUnauthorized(), RateLimited(), OutOfCredit()],
)
async def test_a_turn_that_did_not_reach_the_model_says_so(error: Exception) -> None:
    """Until one did."""
    agent = Agent()
    contact = ModelContact(agent, None, "k")
    await turn(contact, agent, error)
    assert contact.is_failing
    await turn(contact, agent, None)
    assert not contact.is_failing


@pytest.mark.parametrize("error", [AgentRejected(), AgentTimedOut(), TurnLimitReached()])
async def test_a_turn_that_failed_otherwise_says_nothing_of_the_model(error: Exception) -> None:
    """Neither that it fails, nor that it does not."""
    agent = Agent()
    contact = ModelContact(agent, None, "k")
    await turn(contact, agent, error)
    assert not contact.is_failing
    await turn(contact, agent, AgentOverloaded())
    await turn(contact, agent, error)
    assert contact.is_failing


@pytest.mark.parametrize(
    ("status", "fails"), [(200, False), (404, False), (401, True), (429, True), (529, True)]
)
async def test_asking_the_model_costs_nothing_and_says_whether_it_answers(
    status: int, fails: bool
) -> None:
    """A GET with the key in a header; no answer at all is a failure."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    contact = ModelContact(Agent(), "http://model/", "key", httpx.MockTransport(answer))
    contact.is_failing = True
    await contact.ask()
    assert contact.is_failing is fails
    assert [(each.method, str(each.url)) for each in asked] == [("GET", "http://model/v1/models")]
    contact = ModelContact(Agent(), None, "key", httpx.MockTransport(refuse))
    await contact.ask()
    assert contact.is_failing


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
    async with Campfire("http://campfire", httpx.MockTransport(answer)) as campfire:
        await campfire.ask()
        assert campfire.is_failing is fails


async def test_who_fails_is_asked_again_until_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to write a message for it; who does not fail is left in peace."""
    monkeypatch.setattr("consumer.contacts.contacts.AGAIN_S", 0.001)
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
    campfire, model = Patient(0), ModelContact(Agent(), None, "k", httpx.MockTransport(refuse))
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
