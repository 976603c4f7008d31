"""A hundred tabs are told the same bytes, and never all in one moment."""

import json
from itertools import pairwise

from ingress.operator.page.live.editions import EVERY_S, Edition, Editions

OLD, NEW = {"turns": "<p>1</p>", "today": "<p>9</p>"}, {"turns": "<p>2</p>", "today": "<p>9</p>"}


async def _old() -> dict[str, str]:
    return OLD


async def _new() -> dict[str, str]:
    return NEW


def _parts(told: bytes) -> dict[str, str]:
    kind, data, *_ = told.decode().split("\n")
    assert kind == "event: parts"
    parts: dict[str, str] = json.loads(data.removeprefix("data: "))
    return parts


async def test_what_is_sent_is_encoded_once_for_all() -> None:
    """Those who have the one before get what changed, a new tab gets all, each the very bytes that
    the others get; who has it already gets nothing."""
    made = Editions()
    first = await made.newest("now", None, _old)
    made.forget()
    second = await made.newest("now", first, _new)
    assert second is await made.newest("now", first, _old)
    assert second.since(first) is second.since(first)
    assert _parts(second.since(first)) == {"turns": "<p>2</p>"}
    assert second.since(None) is second.since(None)
    assert _parts(second.since(None)) == NEW
    assert _parts(first.since(None)) == OLD
    assert second.since(second) == b""


def test_a_tab_that_missed_one_is_told_all() -> None:
    """It slept, or nobody else had the one that it has."""
    first = Edition(OLD, None)
    third = Edition(NEW, Edition(OLD, first))
    assert _parts(third.since(first)) == NEW
    assert Edition(NEW, third).since(third) == b""


def test_tabs_that_are_opened_at_once_look_one_after_the_other() -> None:
    """Of a hundred no two are due within the time that a webhook takes."""
    made = Editions()
    due = sorted(made.phase_s() for _ in range(100))
    assert due[0] >= 0
    assert due[-1] < EVERY_S
    assert min(after - before for before, after in pairwise(due)) > 0.005
