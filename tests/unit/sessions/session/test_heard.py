"""From what the agent sends to an answer or a typed error."""

import pytest

from consumer.agent import (
    AgentOverloaded,
    AgentTimedOut,
    AgentUnavailable,
    BudgetReached,
    RateLimited,
    Retrying,
    Spent,
    TextDelta,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    TurnFailed,
)
from consumer.agent.agent_client import AgentMessage, Answering, Ended, MessageEnded, Said, Stale
from consumer.sessions.session.conversation import Conversation
from consumer.sessions.session.heard import Heard
from consumer.sessions.session.stopping import Stop, hopeless
from tests.unit.sessions.conftest import LANE, FakeClock


def said(
    text: str,
    message: str = "m1",
    entry: str | None = "e1",
    error: str | None = None,
    model: str | None = None,
) -> Said:
    return Said(text=text, message_id=message, entry=entry, error=error, model=model)


def ended(**fields: object) -> Ended:
    return Ended(session_id="s", **fields)  # type: ignore[arg-type]


def test_the_parts_of_a_message_are_joined_and_narration_is_left_out() -> None:
    """What stood before the tool told only what comes; where the answer ends is kept."""
    heard = Heard()
    heard.take(said("Let me look.", "m1"))
    heard.take(ToolStarted(id="t", name="Bash"))
    heard.take(said("It is ", "m2", "e2"))
    heard.take(said("42.", "m2", "e3"))
    heard.take(MessageEnded("end_turn"))
    heard.take(ended())
    answer = heard.answer()
    assert (answer.text, answer.entry, answer.cut) == ("It is 42.", "e3", False)


def test_the_model_that_answered_is_known() -> None:
    """The one that said the last of it, where the CLI fell back to another; its own words about an
    error are no model's."""
    heard = Heard()
    heard.take(said("It is ", model="large"))
    heard.take(said("42.", "m2", "e2", model="small"))
    heard.take(said("API Error", "m3", entry=None, error="overloaded", model="<synthetic>"))
    heard.take(said("!", "m2", "e3", model="small"))
    heard.take(ended())
    assert heard.answer().model == "small"


def test_tools_that_run_when_it_is_stopped_are_told_as_interrupted() -> None:
    """At once, and nothing after it; those that had ended before are not told again."""
    told: list[TurnEvent] = []
    heard = Heard(told.append)
    for call in ("1", "2", "3"):
        heard.take(ToolStarted(id=call, name="Bash"))
    heard.take(ToolEnded(id="1", failed=False))
    heard.take(ToolDenied("Bash", id="2"))
    told.clear()
    heard.interrupt(Stop.CANCELLED)
    heard.take(ToolEnded(id="3", failed=True))
    assert told == [ToolEnded("3", failed=True, interrupted=True)]


def test_a_tool_of_an_earlier_turns_rest_is_none_that_is_interrupted() -> None:
    """What came before a Stale was no part of this exchange; nor does it end with it."""
    told: list[TurnEvent] = []
    heard = Heard(told.append)
    heard.take(ToolStarted(id="1", name="Bash"))
    heard.take(Stale())
    heard.take(ToolStarted(id="2", name="Bash"))
    told.clear()
    heard.interrupt(Stop.CANCELLED)
    assert told == [ToolEnded("2", failed=True, interrupted=True)]


def test_a_model_that_never_comes_to_an_end_is_an_answer_that_is_cut() -> None:
    """The CLI gives up after three more messages, and calls it an error of the API."""
    heard = Heard()
    for number in range(4):
        heard.take(said(f"{number}", f"m{number}"))
        heard.take(MessageEnded("max_tokens"))
    heard.take(said("API Error: too long", entry=None, error="max_output_tokens"))
    heard.take(ended(is_error=True, terminal_reason="api_error"))
    answer = heard.answer()
    assert (answer.text, answer.cut) == ("0123", True)


def test_a_cut_answer_whose_rest_could_not_be_had_is_a_failure() -> None:
    """It was cut, and the message in which the CLI had it go on met an overloaded model."""
    heard = Heard()
    heard.take(said("half"))
    heard.take(MessageEnded("max_tokens"))
    heard.take(said("API Error: 529", entry=None, error="server_error"))
    heard.take(ended(is_error=True, status=529))
    with pytest.raises(AgentOverloaded):
        heard.answer()


def test_the_clis_own_words_are_never_the_answer() -> None:
    """A message without a place in the conversation is the CLI's about an error."""
    heard = Heard()
    heard.take(said("API Error: 500", entry=None))
    heard.take(ended(is_error=True, status=500))
    with pytest.raises(AgentUnavailable) as failure:
        heard.answer()
    assert "API Error" not in str(failure.value)


@pytest.mark.parametrize("messages", [(), (said("  "),)])
def test_silence_is_an_empty_answer(messages: tuple[Said, ...]) -> None:
    """A turn without a word has ended well: it may have written a file."""
    heard = Heard()
    for message in messages:
        heard.take(message)
    heard.take(ended())
    assert heard.answer().text == ""


def test_a_stopped_turn_is_its_stop_whatever_it_ended_in() -> None:
    """An answer that came after the deadline is not posted; progress ends with the stop."""
    seen: list[TurnEvent] = []
    heard = Heard(seen.append)
    heard.take(TextDelta("a"))
    heard.stop = Stop.TIMED_OUT
    for message in (TextDelta("b"), said("late"), ended()):
        heard.take(message)
    assert seen == [TextDelta("a")]
    with pytest.raises(AgentTimedOut):
        heard.answer()


def test_a_refused_key_is_given_up_on_early() -> None:
    """The CLI would knock for 40 s; the second refusal is enough."""
    tries = [Retrying(attempt=n, of=9, delay=1, status=401) for n in (1, 2)]
    assert [hopeless(retry, 60.0) for retry in tries] == [None, Stop.UNAUTHORIZED]
    assert hopeless(Retrying(attempt=5, of=9, delay=1, status=529), 60.0) is None


def test_a_wait_beyond_the_deadline_is_not_waited_for() -> None:
    """The Messages API names 30 s and the turn has 20: it ends now, and says the time."""
    heard = Heard()
    retry = Retrying(attempt=1, of=3, delay=30, status=429)
    heard.take(retry)
    assert hopeless(retry, 31.0) is None
    heard.stop = hopeless(retry, 20.0)
    heard.take(ended(is_error=True, subtype="error_during_execution"))
    with pytest.raises(RateLimited) as failure:
        heard.answer()
    assert (failure.value.wait_s, failure.value.retryable) == (30, False)
    assert heard.left().kept is None


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RateLimited), (529, AgentOverloaded), (500, AgentUnavailable), (None, AgentUnavailable)],
)
def test_a_deadline_that_passes_while_nobody_answers_is_the_models(
    status: int | None, error: type[TurnFailed]
) -> None:
    """No step of the agent's took too long; the request does not stay to be answered later."""
    heard = Heard(entry="e")
    heard.take(Retrying(attempt=1, of=3, delay=3, status=status))
    heard.stop = Stop.TIMED_OUT
    heard.take(ended(is_error=True, subtype="error_during_execution"))
    with pytest.raises(error) as failure:
        heard.answer()
    assert failure.value.wait_s is None, "the CLI's pause is no time that anybody named"
    assert heard.left().kept is None


def test_a_model_that_answers_again_and_takes_too_long_is_the_turns_own_deadline() -> None:
    """What was done so far stays, for whoever asks for a smaller step."""
    heard = Heard(entry="e")
    heard.take(Retrying(attempt=1, of=3, delay=3, status=529))
    heard.take(Answering())
    heard.stop = Stop.TIMED_OUT
    heard.take(ended(is_error=True, subtype="error_during_execution"))
    with pytest.raises(AgentTimedOut):
        heard.answer()
    assert heard.left().kept is not None


@pytest.mark.parametrize(("retries", "retryable"), [(0, False), (1, True)])
def test_what_the_cli_does_not_wait_for_is_not_tried_again(retries: int, retryable: bool) -> None:
    """Without a retry the API asked for more than a minute: the room is told at once."""
    heard = Heard()
    for number in range(retries):
        heard.take(Retrying(attempt=number, of=3, delay=1, status=429))
    heard.take(said("API Error", entry=None, error="rate_limit"))
    heard.take(ended(is_error=True, status=429))
    with pytest.raises(RateLimited) as failure:
        heard.answer()
    assert failure.value.retryable is retryable


def test_a_turns_cost_is_what_it_added(clock: FakeClock) -> None:
    """The client's total is cumulative; the record's is the sum of what each turn added."""
    heard = Heard()
    conversation = Conversation()
    totals = [(0.5, 10), (0.5, 10), (0.7, 14), (0.1, 3)]  # the last counts from the start again
    spent = list[Spent]()
    for cost, tokens in totals:
        models = {name: {"inputTokens": tokens, "outputTokens": 1} for name in ("a", "b")}
        for message in (said("ok"), ended(total_cost=cost, models=models)):
            heard.take(message)
        spent.append(conversation.counts(heard.answer().total))
        turn = LANE, heard.answer(), clock()
        conversation.goes_on(conversation.with_turn(*turn, spent=spent[-1], folder="f"))
    record = conversation.record
    assert record is not None
    assert [it.cost for it in spent] == pytest.approx([0.5, 0.0, 0.2, 0.0])
    assert [it.read for it in spent] == [20, 0, 8, 0]
    assert record.cost == pytest.approx(0.7)
    assert (record.turns, record.input_tokens, record.output_tokens) == (4, 28, 2)


@pytest.mark.parametrize(
    ("heard_so_far", "text"),
    [
        ([said("Let me look."), ToolStarted(id="t", name="Bash")], "Let me look."),
        ([said("Look."), ToolStarted(id="t", name="Bash"), said("It is 4", "m2")], "It is 4"),
    ],
)
def test_what_was_said_at_the_end_of_a_budget_is_the_answer(
    heard_so_far: list[AgentMessage], text: str
) -> None:
    """Be it narration: nobody paid for nothing. It stays in the conversation."""
    heard = Heard()
    for message in heard_so_far:
        heard.take(message)
    heard.stop = Stop.OVER_BUDGET
    heard.take(ended(is_error=True, subtype="error_during_execution"))
    answer = heard.answer()
    assert (answer.text, answer.tools) == (text, ("Bash",))


def test_a_budget_that_ends_before_a_word_is_an_error_of_its_own() -> None:
    """There is nothing to post but why; what it cost is known."""
    heard = Heard()
    heard.stop = Stop.OVER_BUDGET
    heard.take(ended(is_error=True, total_cost=0.2))
    with pytest.raises(BudgetReached):
        heard.answer()
    assert heard.left().total is not None
