"""The probe: one question a day, another after a surprise, never in haste, never an error."""

import httpx
import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.errors import Gone, NotOffered
from consumer.campfire.probe import AT_FIRST_S, EVERYTHING, FRESH_S, HASTE_S, POST_ONLY
from tests.answering import Answering

KEY = "3-abc"
SIGN_IN = {"Location": "http://campfire.test/session/new"}


class Installation:
    """Answers nobody's key like a release, everything else with 404; the clock is the test's."""

    def __init__(self) -> None:
        self.answer = httpx.Response(302, headers=SIGN_IN)
        self.probes = 0
        self.now = 1000.0

    def client(self) -> Campfire:
        return Campfire("http://campfire.test", Answering(self._serve), self._clock)

    def _clock(self) -> float:
        return self.now

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if KEY in request.url.path:
            return httpx.Response(404)
        self.probes += 1
        return self.answer


@pytest.mark.parametrize(
    ("answer", "offers"),
    [
        (httpx.Response(302, headers=SIGN_IN), EVERYTHING),
        (httpx.Response(401), EVERYTHING),
        (httpx.Response(404), POST_ONLY),
        (httpx.Response(302, headers={"Location": "https://campfire.test/"}), POST_ONLY),
        (httpx.Response(503), POST_ONLY),
    ],
)
async def test_what_an_answer_means(answer: httpx.Response, offers: object) -> None:
    """Main and the port have the route, v1.4.9 has not; anything else says nothing."""
    installation = Installation()
    installation.answer = answer
    async with installation.client() as campfire:
        assert await campfire.probe() == offers


async def test_it_is_asked_once_a_day() -> None:
    """An update of Campfire is noticed within a day without being asked all the time."""
    installation = Installation()
    async with installation.client() as campfire:
        await campfire.probe()
        installation.now += FRESH_S - 1
        assert await campfire.probe() == EVERYTHING
        assert installation.probes == 1
        installation.answer = httpx.Response(404)
        installation.now += 1
        assert await campfire.probe() == POST_ONLY


async def test_what_is_known_is_at_hand_until_it_is_asked_for_again() -> None:
    """Whoever has no time to ask goes by it; None says that it would have to."""
    installation = Installation()
    async with installation.client() as campfire:
        at_hand = [campfire.offers_at_hand]
        for seconds in (0, FRESH_S - 1, 1):
            installation.now += seconds
            at_hand.append(campfire.offers_at_hand)
            await campfire.probe()
    assert at_hand == [None, None, EVERYTHING, None]


async def test_no_answer_is_asked_for_again_soon() -> None:
    """What is known stays known while Campfire is in trouble."""
    installation = Installation()
    async with installation.client() as campfire:
        await campfire.probe()
        installation.now += FRESH_S
        installation.answer = httpx.Response(502)
        assert await campfire.probe() == EVERYTHING
        installation.now += HASTE_S
        installation.answer = httpx.Response(404)
        assert await campfire.probe() == POST_ONLY


async def test_one_that_was_not_there_at_first_is_known_in_moments() -> None:
    """Both are started at once, as a rule; one that stays away is asked ever less often."""
    installation = Installation()
    installation.answer = httpx.Response(502)
    async with installation.client() as campfire:
        for wait_s in (0, AT_FIRST_S, 2 * AT_FIRST_S):
            installation.now += wait_s
            assert await campfire.probe() == await campfire.probe() == POST_ONLY
        assert installation.probes == 3
        installation.answer = httpx.Response(401)
        installation.now += 4 * AT_FIRST_S
        assert await campfire.probe() == EVERYTHING


async def test_one_that_stays_away_is_asked_once_a_minute() -> None:
    """However long that is."""
    installation = Installation()
    installation.answer = httpx.Response(502)
    async with installation.client() as campfire:
        for _ in range(20):
            await campfire.probe()
            installation.now += HASTE_S
        asked = installation.probes
        installation.now -= 1
        await campfire.probe()
        assert installation.probes == asked
        installation.now += 1
        await campfire.probe()
        assert installation.probes == asked + 1


async def test_missing_messages_do_not_probe_all_the_time() -> None:
    """Edits of deleted messages are 404 too: one question a minute at most."""
    installation = Installation()
    async with installation.client() as campfire:
        for _ in range(5):
            with pytest.raises(Gone):
                await campfire.edit(2, KEY, "1", "x")
        assert installation.probes == 1
        installation.now += HASTE_S
        installation.answer = httpx.Response(404)
        with pytest.raises(NotOffered):
            await campfire.edit(2, KEY, "1", "x")
