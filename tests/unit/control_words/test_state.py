"""What `status` and `usage` say of a lane."""

from datetime import UTC, datetime

import pytest

from consumer.agent.events import Tier
from consumer.archive.records import SessionRecord
from consumer.control_words.state import cost_so_far, state, troubles
from consumer.mcp.board import Missing
from consumer.mcp.trouble import Trouble
from consumer.queue.ticket import Ticket
from consumer.sessions.books.reports import Account
from shared.catalogue import Catalogue, catalogue
from shared.lane import Lane, Line

EN = catalogue("en")
NOW = datetime(2026, 11, 23, 16, 45, tzinfo=UTC)
LANE = Lane(2, "a")


def _ticket(name: str, *, seconds_ago: int = 0) -> Ticket:
    at = round(NOW.timestamp() - seconds_ago) * 1000
    return Ticket(name, Line(LANE), at, at, user_name=name)


def _record(cost: float) -> SessionRecord:
    began = NOW.replace(hour=9, minute=0)
    return SessionRecord(
        lane=LANE,
        session_id="s",
        created_at=began,
        last_used=NOW,
        turns=12,
        cost=cost,
        input_tokens=3400,
        output_tokens=120,
    )


def test_a_busy_lane() -> None:
    """Who is answered and since when, who waits, the tier, the cost; names are text."""
    waiting = [_ticket("Bo"), _ticket("<Eva>"), _ticket("Bo")]
    said = state(_ticket("Ada", seconds_ago=125), waiting, Account(Tier.HOT, _record(1.5)), EN, NOW)
    assert said.split("<br>") == [
        "I am working on a message of Ada, since 16:42 (UTC): 2 min 5 s so far.",
        "3 messages of Bo and &lt;Eva&gt; wait.",
        "What you ask now, I answer after that.",
        "Answers so far: 12. Cost so far: US$1.50.",
    ]


def test_a_server_that_does_not_serve_is_told_of() -> None:
    """Each kind of trouble has a sentence of its own, in both languages."""
    missing = tuple(Missing("tickets", trouble, 0.0) for trouble in Trouble)
    said = state(None, [], Account(Tier.COLD, missing=missing), EN, NOW)
    assert "(The connected service “tickets” cannot be reached at the moment.)" in said
    for sentences in (EN, catalogue("zh")):
        told = troubles(Account(Tier.COLD, missing=missing), sentences)
        assert len(set(told)) == len(Trouble)
        assert all("tickets" in sentence for sentence in told)


@pytest.mark.parametrize("tier", Tier)
def test_at_once_is_not_said_while_something_is_to_do(tier: Tier) -> None:
    """Neither while it works, nor while a message waits for a hand."""
    for running, waiting in ((_ticket("Ada"), []), (None, [_ticket("Bo")])):
        said = state(running, waiting, Account(tier), EN, NOW).split("<br>")
        assert said[2] == "What you ask now, I answer after that."
    idle = state(None, [], Account(tier), EN, NOW).split("<br>")
    assert idle[2] == EN.say(f"control.tier.{tier.value}")


@pytest.mark.parametrize("sentences", [EN, catalogue("zh")])
def test_a_pause_is_told_whatever_else_there_is(sentences: Catalogue) -> None:
    """A bot that is awake, or has nothing to do, answers nothing now: neither is said."""
    told = {
        state(running, [], Account(Tier.HOT), sentences, NOW, paused=True).split("<br>")[2]
        for running in (None, _ticket("Ada"))
    }
    assert told == {sentences.say("control.tier.paused")}


def test_an_idle_lane() -> None:
    """Without a session there is no cost to tell."""
    said = state(None, [], Account(Tier.COLD), EN, NOW)
    assert said.split("<br>") == [
        "I am not working on anything here.",
        "No message waits.",
        "We have no conversation here yet.",
    ]


def test_usage() -> None:
    """Turns, tokens and cost since the conversation began; small costs keep their digits."""
    assert cost_so_far(Account(Tier.WARM, _record(0.0123)), EN, UTC) == (
        "This conversation began on 2026-11-23 at 09:00 (UTC). Answers: 12, tokens read: 3,400, "
        "tokens written: 120, cost: US$0.0123."
    )
    assert cost_so_far(Account(Tier.COLD), EN, UTC) == EN.say("control.unused")
