"""What an attempt has done so far, from the events of its turn."""

from consumer.queue.ended import about, counts, steps
from consumer.queue.ticket import Ticket
from consumer.stories.costs import CostsTold
from consumer.stories.stories import MOST_KEPT, Stories
from shared.audit import NO_AUDIT, Entry
from shared.between_processes.live_events import (
    Retrying,
    Started,
    TextDelta,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    Waiting,
)
from shared.lane import Lane, Line
from shared.operating.messages import Message
from shared.operating.timeline import MOST_STEPS, Step, bounded, from_wire

JOB, PLAIN = "{p}:assistant:2:7", "p:assistant:2:7"
LAST = Step(at_ms=9, what="settled", name="completed")


def begun() -> Stories:
    stories = Stories()
    stories.begin(JOB, claimed_ms=1)
    return stories


def told(stories: Stories) -> list[tuple[str, str, float | None, bool]]:
    story = stories.of(JOB)
    assert story is not None
    return [(step.what, step.name, step.seconds, step.failed) for step in story.take()]


def test_each_event_of_a_turn_is_a_step_and_its_text_is_none() -> None:
    """Tools by name, with how long they ran; what the model wrote is nowhere."""
    stories = begun()
    for event in (
        Waiting(job=PLAIN, at_ms=1, busy=3),
        Started(job=PLAIN, at_ms=2, tier="cold"),
        TextDelta(job=PLAIN, at_ms=3, text="secret"),
        ToolStarted(job=PLAIN, at_ms=4, id="a", name="Read"),
        ToolStarted(job=PLAIN, at_ms=5, id="b", name="Bash"),
        ToolEnded(job=PLAIN, at_ms=2005, id="b", failed=True),
        ToolEnded(job=PLAIN, at_ms=2006, id="a", failed=False, seconds=0.25),
        ToolDenied(job=PLAIN, at_ms=2007, name="Write"),
        Retrying(job=PLAIN, at_ms=2008, attempt=1, of=4, delay_s=22, status=529),
    ):
        stories.note(event)
    assert told(stories) == [
        ("waiting", "3", None, False),
        ("started", "cold", None, False),
        ("tool", "Read", 0.2, False),
        ("tool", "Bash", 2.0, True),
        ("tool_denied", "Write", None, False),
        ("retrying", "1/4", 22, False),
    ]


def test_nothing_is_told_of_an_attempt_that_is_over() -> None:
    """An event that comes late belongs to nobody; a second end is none."""
    stories = begun()
    assert stories.end(JOB) is not None
    stories.note(Started(job=PLAIN, at_ms=2, tier="cold"))
    assert (stories.of(JOB), stories.end(JOB), stories.running) == (None, None, {})


def test_an_endless_turn_is_bounded_and_its_end_is_told() -> None:
    """What is left out is counted; first, last and end stay."""
    stories = begun()
    for number in range(1000):
        stories.note(ToolStarted(job=PLAIN, at_ms=number, id=str(number), name=f"Tool{number}"))
        stories.note(ToolEnded(job=PLAIN, at_ms=number, id=str(number), failed=False))
    story = stories.of(JOB)
    assert story is not None
    assert len(story.steps) == MOST_KEPT
    kept = from_wire(steps(story, LAST).encode())
    assert len(kept) == MOST_STEPS
    assert (kept[0].name, kept[-2].name, kept[-1]) == ("Tool0", "Tool999", LAST)


def test_steps_in_the_middle_give_way() -> None:
    """As many as may be stay as they are; of one more the middle is counted."""
    few = tuple(Step(at_ms=n, what="claimed", name=str(n)) for n in range(MOST_STEPS))
    assert bounded(few) == few
    many = bounded((*few, LAST))
    assert len(many) == MOST_STEPS
    [gap] = [step for step in many if step.what == "more"]
    assert gap.name == "2"


async def test_an_ended_message_is_kept_with_what_it_cost() -> None:
    """As the audit is told; the counts of its day too. Who asked and what was said is not kept."""
    stories = begun()
    audit = CostsTold(stories, NO_AUDIT)
    await audit.note(
        Entry(what="turn", job=PLAIN, tokens=120, output_tokens=20, micro_usd=4500, person=1)
    )
    await audit.note(Entry(what="turn", job="p:assistant:2:8", tokens=5))
    ticket = Ticket(JOB, Line(Lane(2, "assistant")), 1000, 4000, 2, "7", "Ada", 1, began_ms=3000)
    ending = {"outcome": "completed", "tier": "hot", "attempts": 2}
    story = stories.of(JOB)
    stored = about(ticket, ending, story, 9500)
    row = Message.model_validate_json(stored + "}")
    assert (row.waited_s, row.took_s, row.attempts, row.tier) == (2, 6.5, 2, "hot")
    assert (row.input_tokens, row.output_tokens, row.micro_usd) == (100, 20, 4500)
    assert "Ada" not in stored
    said = list(counts(ticket, ending, story, 9500))
    assert dict(zip(said[::2], said[1::2], strict=True)) == {
        "assistant:ended:completed:1:3": 1,
        "assistant:input_tokens": 100,
        "assistant:output_tokens": 20,
        "assistant:micro_usd": 4500,
    }


def test_a_control_word_counts_for_nothing() -> None:
    """It is no answer of the agent's."""
    ticket = Ticket(JOB, Line(Lane(2, "assistant"), control=True), 1, 1, 1)
    assert list(counts(ticket, {"outcome": "completed"}, None, 2)) == []
