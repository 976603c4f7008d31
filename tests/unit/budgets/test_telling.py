"""What people are told of budgets: which, how much, until when; in both languages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consumer.budgets.reservations import Crossed, OutOf
from consumer.budgets.telling import Telling
from shared.bots.sections.budgets import Budget, Per, Scope
from shared.budgets import Counter, Used
from shared.catalogue import Language, catalogue

NOW = datetime(2026, 11, 28, 14, tzinfo=ZoneInfo("Europe/Berlin"))


def _counter(scope: Scope = "person", per: Per = "day", **bounds: float) -> Counter:
    begins = NOW.replace(hour=0)
    return Counter(
        bot_id="a",
        scope=scope,
        subject="7",
        budget=Budget.model_validate({**bounds, "per": per}),
        begins=begins,
        ends=begins + timedelta(days=1),
        warn_at=0.8,
    )


def _telling(language: Language = "en") -> Telling:
    return Telling(catalogue(language), "<b>Ada</b>", NOW)


def test_a_refusal_names_the_budget_and_when_it_begins_anew() -> None:
    """What is only set aside for others comes free sooner."""
    counter = _counter(tokens=400_000)
    assert _telling().refusal(OutOf(counter, "tokens")) == (
        "I cannot answer now: what I may use for <b>Ada</b> today is used up "
        "(the limit is 400,000 tokens). "
        "Ask me again from 2026-11-29 00:00 (Europe/Berlin, UTC+01:00) on."
    )
    told = _telling().refusal(OutOf(_counter("bot", usd=20), "micro_usd", is_spent=False))
    assert "the rest of what I may use today (the limit is US$20.00) is set aside" in told
    assert "in a few minutes" in told


def test_a_warning_says_how_much_is_used() -> None:
    """Which may be more than the share at which people are warned."""
    told = _telling().warning(Crossed(_counter("room", "month", usd=0.05), "micro_usd", 97))
    assert told.startswith(
        "97% of what I may use in this room this month is used up (the limit is US$0.0500)."
    )


def test_in_an_answer_its_asker_is_addressed() -> None:
    """It is text of theirs, in which a name would have to be a mention."""
    told = _telling().stopped(Crossed(_counter(messages=5), "messages", 100))
    assert told.startswith(
        "I stopped here: what I may use for you today is used up (the limit is 5 messages)."
    )


def test_a_state_tells_all_its_bounds() -> None:
    """What running turns have used is in it."""
    counter = _counter(tokens=1000, usd=5, messages=3)
    used = Used(
        bot_id="a",
        scope="person",
        subject="7",
        per="day",
        begins_s=0,
        ends_ms=0,
        spent={"tokens": 700, "micro_usd": 1_234_567, "messages": 2},
        running={"tokens": 5, "micro_usd": 0, "messages": 0},
        limits=counter.limits,
    )
    assert "today: 705 of 1,000 tokens, US$1.23 of US$5.00, 2 of 3 messages. It begins" in (
        _telling().state(counter, used)
    )


@pytest.mark.parametrize("scope", ["person", "room", "bot"])
@pytest.mark.parametrize("per", ["hour", "day", "week", "month"])
def test_every_sentence_is_there_in_chinese(scope: Scope, per: Per) -> None:
    """And none of the English ones is left in it."""
    telling, counter = _telling("zh"), _counter(scope, per, tokens=5)
    crossed = Crossed(counter, "tokens", 80)
    for told in (
        telling.refusal(OutOf(counter, "tokens")),
        telling.refusal(OutOf(counter, "tokens", is_spent=False)),
        telling.warning(crossed),
        telling.stopped(crossed),
        telling.stopped_turn(5),
        telling.too_long(7, 5),
    ):
        assert "I " not in told
        assert "5 个" in told
