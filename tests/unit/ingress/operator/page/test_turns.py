"""What is said of a turn that runs."""

import pytest

from ingress.operator.page.rendering import Templates
from shared.catalogue import catalogue
from shared.operating.now import Now, TurnNow
from shared.operating.timeline import Step

TEMPLATES = Templates(catalogue("en"))
READER = type("Reader", (), {"may_act": False})()


@pytest.mark.parametrize(
    ("doing", "said"),
    [
        (None, "thinks"),
        (Step(at_ms=1, what="started", name="warm"), "thinks"),
        (Step(at_ms=1, what="tool", name="WebFetch"), "uses WebFetch"),
        (
            Step(at_ms=1, what="retrying", name="3/4", seconds=22.0),
            "the model is asked again 3/4 (22 s)",
        ),
    ],
)
def test_what_it_does_is_said_once(doing: Step | None, said: str) -> None:
    """Its conversation's beginning stands beside it as a mark, and is no work; since when it does
    what it does is told below, and its timeline is a click away."""
    turn = TurnNow(job="c:a:2:7", bot_id="a", room_id=2, claimed_ms=1000, tier="warm", doing=doing)
    values = {"board": Now(at_ms=9000, turns=(turn,)), "at": 9.0, "who": READER}
    shown = TEMPLATES.render("now/turns.html", {**values, "actions": (), "asked_twice": ()})
    assert f">{said} <span" in shown
    assert shown.count("resumed") == 1
    assert ("<small>for 9 s</small>" in shown) is (said != "thinks")
    assert 'href="/operator/message?job=c%3Aa%3A2%3A7"' in shown
