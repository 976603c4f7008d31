"""Where a stream of events begins: at what happens now, at an id, or at a gap that it tells of."""

import asyncio

import pytest

from ingress.live.hub import Hub
from ingress.live.watcher import BUFFER, PAGE
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.live.watching import PATH, tell, watch


@pytest.mark.parametrize("missed", [1, PAGE, 3 * PAGE + 1])
async def test_resumed_by_id_nothing_is_lost_and_nothing_twice(
    ingress: RunningIngress, missed: int
) -> None:
    """Cut off after an event, the next stream begins with the one after it and goes on live."""
    ids = await tell(ingress.redis, ingress.keys, *(str(n) for n in range(missed + 1)))
    writing = asyncio.create_task(keep_telling(ingress, 200))
    async with watch(ingress.base, after=ids[0]) as watching:
        events = await watching.take(missed + 200)
    await writing
    assert [event.text for event in events] == [str(n) for n in range(1, missed + 1)] + [
        f"live {n}" for n in range(200)
    ]


async def keep_telling(ingress: RunningIngress, count: int) -> None:
    for number in range(count):
        await tell(ingress.redis, ingress.keys, f"live {number}")


async def test_resumed_at_the_end_only_what_is_new(ingress: RunningIngress) -> None:
    """The last id known is the last there is: nothing is repeated."""
    ids = await tell(ingress.redis, ingress.keys, "old")
    async with watch(ingress.base, after=ids[0]) as watching:
        await tell(ingress.redis, ingress.keys, "new")
        assert (await watching.next()).text == "new"


async def test_from_the_beginning_on_request(ingress: RunningIngress) -> None:
    """`0-0` is before everything that is kept, and in the query for clients without headers."""
    await tell(ingress.redis, ingress.keys, "a", "b")
    async with watch(ingress.base, path=f"{PATH}?last_event_id=0-0") as watching:
        assert [event.text for event in await watching.take(2)] == ["a", "b"]


@pytest.mark.parametrize("after", ["1-1", "9999999999999-0"])
async def test_what_is_not_kept_is_said_to_be_missing(ingress: RunningIngress, after: str) -> None:
    """An id that is gone, or never was: a gap first, without an id of its own, and then life."""
    await tell(ingress.redis, ingress.keys, "kept")
    async with watch(ingress.base, after=after) as watching:
        gap = await watching.next()
        assert (gap.id, gap.kind) == ("", "gap")
        await tell(ingress.redis, ingress.keys, "new")
        expected = ["kept", "new"] if after == "1-1" else ["new"]
        assert [event.text for event in await watching.take(len(expected))] == expected


@pytest.mark.parametrize("count", [BUFFER + 50, 4 * BUFFER])
async def test_who_fell_behind_is_caught_up(ingress: RunningIngress, count: int) -> None:
    """More than its buffer holds, in one go: it gets all of it, in order, out of Redis."""
    async with watch(ingress.base) as watching:
        await tell(ingress.redis, ingress.keys, *(str(n) for n in range(count)))
        events = await watching.take(count)
    assert [event.text for event in events] == [str(n) for n in range(count)]


@pytest.mark.parametrize(
    ("after", "seen"), [("", ["gap", "text_delta"]), ("0-0", ["text_delta", "text_delta"])]
)
async def test_let_in_before_the_hub_has_begun_it_is_told_of_a_gap(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch, after: str, seen: list[str]
) -> None:
    """Redis is slow: what happened meanwhile is not silently missing; who resumes reads it."""
    reachable = asyncio.Event()
    real = Hub._begin_new_lanes

    async def begin_when_reachable(hub: Hub) -> None:
        await reachable.wait()
        await real(hub)

    monkeypatch.setattr(Hub, "_begin_new_lanes", begin_when_reachable)
    monkeypatch.setattr("ingress.live.watcher.BEGIN_S", 0.1)
    async with watch(ingress.base, after=after) as watching:
        await tell(ingress.redis, ingress.keys, "unseen")
        reachable.set()
        first = asyncio.create_task(watching.next())
        if not after:
            await first
        await tell(ingress.redis, ingress.keys, "seen")
        events = [await first, await watching.next()]
    assert [event.kind for event in events] == seen
    assert events[1].text == "seen"
