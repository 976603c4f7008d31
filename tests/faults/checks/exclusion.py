"""I2: one effective turn a lane at any time; who lost the claim posts and writes nothing more."""

from collections.abc import Iterator
from itertools import pairwise

from tests.faults.history import Event, History, Violation, by_lane

SKEW_S = 0.1
"""A post's time is taken by Campfire, a claim's by the consumer after Redis gave it: on a busy
machine a moment later, and each as late again as the machine was then. What overlaps by mistake
overlaps for a turn."""


def one_turn_at_a_time(history: History) -> Iterator[Violation]:
    """I2: no two effective turns at once, no post under a token older than the newest claim."""
    settled = {event.message: event.at for event in history.of("settled")}
    of_turns = (it for it in history.of("posted") if it.message not in history.words)
    posts = by_lane(event for event in of_turns if event.token is not None)
    turns = (event for event in history.of("started") if event.message not in history.words)
    for lane, starts in by_lane(turns).items():
        claims = sorted(starts, key=lambda event: event.token or 0)
        yield from _overlaps(history, lane, claims, settled)
        for post in posts.get(lane, []):
            yield from _late(history, lane, post, claims)


def _overlaps(
    history: History, lane: str, claims: list[Event], settled: dict[str, float]
) -> Iterator[Violation]:
    for before, after in pairwise(claims):
        if before.message == after.message:
            continue  # the same message again: the older attempt is fenced off
        if settled.get(before.message, float("inf")) > after.at + _skew(history, after.at):
            what = f"{after.message} started (token {after.token}) while {before.message} ran"
            yield Violation("I2", lane, f"{what} (token {before.token})")


def _skew(history: History, at: float) -> float:
    return SKEW_S + 2 * history.lateness(at)


def _late(history: History, lane: str, post: Event, claims: list[Event]) -> Iterator[Violation]:
    before = post.at - _skew(history, post.at)
    newer = [
        claim for claim in claims if (claim.token or 0) > (post.token or 0) and claim.at < before
    ]
    if newer:
        what = f"{post.message} was posted under token {post.token} by {post.process}"
        yield Violation("I2", lane, f"{what}, after claim {newer[0].token} of {newer[0].process}")
