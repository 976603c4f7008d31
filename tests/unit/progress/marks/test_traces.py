"""The record of what stands is read as it was written, and an earlier release's too."""

import json

from consumer.progress.marks.traces import SEEN, Standing, Traces


def test_it_survives_being_stored() -> None:
    """Every field, also an id of 0 above which something may stand."""
    boosts = (Standing(3, SEEN), Standing(4, "⏳ web · 20 s"))
    for traces in (
        Traces(),
        Traces(boosts=boosts, above=0),
        Traces(message_id="7", done=True),
        Traces(posting="<em>…</em>"),
    ):
        assert Traces.read(json.loads(json.dumps(traces.wire()))) == traces


def test_an_earlier_release_s_is_understood() -> None:
    """It knew one 👀 and one message; an upgrade finds them in Redis."""
    assert Traces.read({"boost_id": 3, "message_id": None}) == Traces(boosts=(Standing(3, SEEN),))
    assert Traces.read({"boost_id": None, "message_id": "9"}) == Traces(message_id="9")


def test_nothing_is_stored_of_nothing() -> None:
    """settle.lua leaves alone what is an empty object."""
    assert (Traces().wire(), Traces().is_any) == ({}, False)
