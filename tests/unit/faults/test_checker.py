"""The checker itself: each invariant kept once and broken once, by hand."""

from dataclasses import replace

from tests.faults.history import BudgetBound, Event
from tests.unit.faults.histories import LANE, START, answered, broken, event, good, posted, without


def test_a_good_history_breaks_nothing() -> None:
    """Three messages answered in order are all that was promised."""
    assert broken(good()) == set()


def test_i1_a_message_that_still_waits_has_no_outcome() -> None:
    """Acknowledged, still in Redis, not settled: not visible to anybody."""
    events = without(without(good(), "settled", "3"), "posted", "3")
    assert broken(events, pending={"3"}) == {"I1"}


def test_i1_completed_without_a_post_is_silence() -> None:
    """An outcome that the room does not see is none."""
    assert broken(without(good(), "posted", "2")) == {"I1"}


def test_i1_answered_and_told_of_a_failure_are_two_outcomes() -> None:
    """A message that failed was not answered."""
    events = [
        replace(e, detail="failed") if e.kind == "settled" else e for e in answered("1", 0, 1)
    ]
    told = posted("1", 0.45, 1, detail="told")
    assert broken([*events, told], failing={"1"}) == {"I1"}


def test_i1_a_failure_that_is_told_is_an_outcome() -> None:
    """The sentence in the room stands for the answer."""
    events = without(answered("1", 0, 1), "posted")
    events = [replace(e, detail="failed") if e.kind == "settled" else e for e in events]
    assert broken([*events, posted("1", 0.4, 1, detail="told")], failing={"1"}) == set()
    assert broken(events, failing={"1"}) == {"I1"}


def test_i1_turned_away_means_not_answered() -> None:
    """A message over the lane's bound gets its sentence and nothing else."""
    bounced = [event(0, "sent"), event(0.01, "bounced")]
    assert broken(bounced) == set()
    assert broken([*bounced, posted("1", 1, 1)]) == {"I1"}


def test_i2_a_turn_within_another_of_its_lane() -> None:
    """The second may start when the first is settled, not before."""
    events = [*answered("1", 0, 1), *answered("2", 0.2, 2)]
    assert broken(events) == {"I2"}
    elsewhere = [*answered("1", 0, 1), *answered("2", 0.2, 2, lane="8:assistant")]
    assert broken(elsewhere) == set()


def test_i2_a_post_under_an_older_token_than_the_newest_claim() -> None:
    """Whoever lost the claim must not post; the newer attempt's post is the right one."""
    again = event(0.2, "started", token=2, attempt=2, process="two")
    right = without(answered("1", 0, 1), "posted")
    assert broken([*right, again, posted("1", 0.4, 2)]) == set()
    assert broken([*right, again, posted("1", 0.4, 1)]) == {"I2"}
    assert broken([*right, again, posted("1", 0.4, 1)], late=[(START + 0.2, 0.1)]) == set()
    assert broken([*right, again, posted("1", 0.4, 1)], late=[(START + 2.0, 0.1)]) == {"I2"}


def test_i3_a_later_message_first() -> None:
    """Who was acknowledged before the other was sent comes first."""
    events = [*answered("1", 0, 2), *answered("2", 0.02, 1)]
    first, second = _at(events, "1", 2.0), _at(events, "2", 1.0)
    assert broken([*first, *second]) == {"I3"}


def test_i3_concurrent_deliveries_have_no_order() -> None:
    """Neither was acknowledged when the other was sent: both orders are right."""
    one, two = answered("1", 0, 2), answered("2", 0.005, 1)
    assert broken([*_at(one, "1", 2.0), *_at(two, "2", 1.0)]) == set()


def test_i3_an_overtaken_message_goes_by_its_number() -> None:
    """Behind a running head the lower number is put first when both came within a moment."""
    head = [replace(e, at=e.at + 1.5) if e.kind in ("posted", "settled") else e
            for e in answered("1", 0, 1)]  # fmt: skip
    late, early = answered("3", 0.2, 3), answered("2", 0.3, 2)
    right = [*head, *_at(early, "2", 3.0), *_at(late, "3", 4.0)]
    assert broken(right) == set()
    wrong = [*head, *_at(answered("3", 0.2, 2), "3", 3.0), *_at(answered("2", 0.3, 3), "2", 4.0)]
    assert broken(wrong) == {"I3"}


def test_i4_two_answers_to_one_message() -> None:
    """A second copy is excused only by its label, on a Campfire that has no index."""
    events = [*good(), posted("1", 0.45, 1)]
    labelled = [*good(), posted("1", 0.45, 1, labelled=True)]
    assert broken(events) == {"I4"}
    assert broken(events, index=False) == {"I4"}
    assert broken(labelled) == {"I4"}
    assert broken(labelled, index=False) == set()


def test_i5_a_lane_that_stands_still() -> None:
    """Free and with a message waiting it must go on within the bound."""
    late = [replace(e, at=e.at + 60) if e.kind not in ("sent", "acknowledged") else e
            for e in answered("2", 1, 2)]  # fmt: skip
    assert broken([*answered("1", 0, 1), *late]) == {"I5"}
    assert broken([*answered("1", 0, 1), *late], longest_wait_s=90) == set()


def test_i5_only_the_culprit_dies() -> None:
    """What ran beside the message that killed the process is answered in the end."""
    events = without(answered("1", 0, 1), "posted")
    dead = [replace(e, detail="dead") if e.kind == "settled" else e for e in events]
    told = posted("1", 0.4, 1, detail="told")
    assert broken([*dead, told], culprits={"1"}) == set()
    assert broken([*dead, told]) == {"I5"}
    assert broken(answered("1", 0, 1), culprits={"1"}) == {"I5"}


def test_i6_a_quiet_lane_beside_a_flood() -> None:
    """Its waits are compared with its own in calm."""
    calm = [e for n in range(20) for e in answered(str(n), n, n)]
    slow = [
        replace(e, at=e.at + 5) if e.kind != "sent" else e
        for n in range(20, 40)
        for e in answered(str(n), n * 10, n)
    ]
    expected = {"calm": {str(n) for n in range(20)}, "stressed": {str(n) for n in range(20, 40)}}
    assert broken([*calm, *slow], **expected) == {"I6"}
    assert broken(calm, calm=expected["calm"], stressed=expected["calm"]) == set()


def test_i7_acknowledged_and_gone() -> None:
    """Neither settled nor held anywhere: lost."""
    events = [e for e in good() if e.message != "3" or e.kind in ("sent", "acknowledged")]
    assert broken(events) == {"I7"}


def test_i7_refusing_what_is_well_formed_loses_it() -> None:
    """Campfire does not deliver again: a 500 is a lost message."""
    assert broken([event(0, "sent"), event(0.1, "refused", detail="500")]) == {"I7"}


def test_i8_what_is_left_over_is_a_leak() -> None:
    """Whatever the end of a run finds is named."""
    assert broken(good(), leaks=["Redis key faults:message:1"]) == {"I8"}


def test_i9_an_answer_that_campfire_would_post() -> None:
    """An error page with a Content-Type lands in the room as a file."""
    page = event(0.1, "refused", detail="500 with Content-Type")
    assert broken([event(0, "sent"), page]) == {"I7", "I9"}


def _due(ending: str, *posts: Event, missed: bool = False) -> list[Event]:
    """A time that came, and what came of it."""
    due = event(0, "due", "reminder-7-1-1", detail="missed" if missed else "")
    return [due, *posts, event(1, "settled", "reminder-7-1-1", detail=ending)]


def test_i11_each_time_comes_once() -> None:
    """A second post is one too many, unless nobody could look and it says so."""
    first, second = (posted("reminder-7-1-1", at, 1, detail="told") for at in (0.1, 0.2))
    assert broken(_due("completed", first)) == set()
    assert broken(_due("completed", first, second)) == {"I11"}
    copy = replace(second, labelled=True)
    assert broken(_due("completed", first, copy)) == {"I11"}
    assert broken(_due("completed", first, copy), index=False) == set()


def test_i11_what_is_missed_is_said_and_not_done() -> None:
    """Neither silence nor a late deed; and no time is lost."""
    said = posted("reminder-7-1-1", 0.1, 1, detail="told")
    assert broken(_due("expired", said, missed=True)) == set()
    assert broken(_due("completed", said, missed=True)) == {"I11"}
    assert "I11" in broken(_due("expired", missed=True))
    assert broken(_due("expired", said)) == {"I11"}
    assert broken(_due("completed", said)[:1]) == {"I11"}


def _at(events: list[Event], message: str, at: float) -> list[Event]:
    """The same message, run so late; its delivery stays where it was."""
    own = [e for e in events if e.message == message]
    first = next(e.at for e in own if e.kind == "started")
    shift = START + at - first
    moved = ("started", "posted", "settled")
    return [
        replace(e, at=e.at + shift, number=round((at + 0.3) * 100)) if e.kind in moved else e
        for e in own
    ]


def test_i12_a_budget_is_overstepped_by_calls_that_run_at_its_end() -> None:
    """By one for each turn, and for each turn that a kill -9 ended; not by one more."""
    budget = BudgetBound(tokens=10, a_call=5, at_once=2)

    def used(calls: int) -> list[Event]:
        return [event(0.2 + n / 100, "spent", detail="5") for n in range(calls)]

    killed = event(0.9, "died", process="consumer-1", detail="code -9")
    assert broken(used(4), budget=budget) == set()
    assert broken(used(5), budget=budget) == {"I12"}
    assert broken([*used(6), killed], budget=budget) == set()
    assert broken([*used(7), killed], budget=budget) == {"I12"}
    assert broken(used(7)) == set()


def _refused() -> list[Event]:
    """Two messages that were not to be answered, and the one sentence for both."""
    events = [event for number in "12" for event in answered(number, int(number), int(number))]
    events = [e for e in events if e.kind != "posted"]
    events = [replace(e, detail="ignored") if e.kind == "settled" else e for e in events]
    return [*events, posted("1", 1.4, 1, detail="told")]


def test_i13_who_is_not_answered_is_told_once() -> None:
    """A sentence, and no answer; in silence, answered, or told again it is broken."""
    closed = {LANE}
    assert broken(_refused(), closed=closed) == set()
    assert broken(without(_refused(), "posted"), closed=closed) == {"I13"}
    assert broken(good(), closed=closed) == {"I13"}
    again = [*_refused(), posted("2", 2.4, 2, detail="told")]
    assert broken(again, closed=closed) == {"I13"}
    assert broken(again, closed=closed, index=False) == set()
