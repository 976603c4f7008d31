"""What ran beside a crash runs alone next, at one consumer, and holds back nobody else's."""

import asyncio

from tests.acceptance.log_book import Event
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, OTHERS, Fleet


async def test_suspects_run_alone_at_one_and_the_others_go_on(new_fleet: NewFleet) -> None:
    """One dies with two turns: another runs them by turns, once its own turn is over and whatever
    the third runs, which answers everybody else meanwhile, also whose lane was that one's."""
    fleet = await new_fleet(LEASE_SECONDS="2")
    first, second, own, thirds, *others = await fleet.rooms(7)
    for room in (first, second):
        await fleet.stack.say("hang", room_id=room)
    await fleet.until(lambda: len(fleet.events("turn_claimed").get(FIRST, ())) == 2)
    await fleet.start(*OTHERS)
    busy = dict(zip(OTHERS, (own, thirds), strict=True))
    await fleet.settle_in({room: name for name, room in busy.items()})
    for room in busy.values():
        await fleet.hang(room)
    await fleet.kill(FIRST)
    judge = await _judge(fleet)
    (third,) = set(OTHERS) - {judge}
    await _looks(fleet, judge, busy[judge])
    assert not fleet.events("turn_claimed", attempt=2), "beside the turn of its own"
    await _stop(fleet, judge, busy[judge])
    await fleet[judge].log.event("turn_claimed", attempt=2)
    asked = [fleet.stack.ask("echo well", room_id=room) for room in others]
    assert await asyncio.gather(*asked) == ["well"] * 3
    assert [set(fleet.events("turn_claimed", room=room)) for room in others] == [{third}] * 3
    (claimed,) = fleet[judge].log.events("turn_claimed", attempt=2)
    for room in (claimed["room"], first + second - claimed["room"]):
        # Before that whoever hears it first ends what only waits.
        await fleet[judge].log.event("turn_claimed", room=room, attempt=2)
        await _stop(fleet, judge, room, attempt=2)
    assert _alone(fleet, judge, (first, second))
    assert not fleet[third].log.events("turn_settled", outcome="cancelled"), "its own turn runs"


async def _judge(fleet: Fleet) -> str:
    """Who found the death, and has what ran there."""
    await fleet.until(lambda: bool(fleet.events("member_died")))
    (judge,) = fleet.events("member_died")
    return judge


async def _looks(fleet: Fleet, name: str, room: int) -> None:
    """Wait until it has looked for work since: it heard a word, which has a place of its own."""
    known = len(fleet[name].log.events("turn_settled"))
    await fleet.stack.say("status", room_id=room)
    await fleet[name].log.until(
        lambda: len(fleet[name].log.events("turn_settled")) > known, "the end of the word"
    )


async def _stop(fleet: Fleet, name: str, room: int, **fields: int) -> None:
    """What runs in that room, there."""
    await fleet.stack.say("stop", room_id=room)
    await fleet[name].log.event("turn_settled", room=room, outcome="cancelled", **fields)


def _alone(fleet: Fleet, judge: str, rooms: tuple[int, int]) -> bool:
    """Whether, from its claim to its end, nothing else began there or was at work."""
    at_work, seen = set[int](), list[set[int]]()
    for event in _turns(fleet, judge):
        room = event["room"]
        if event["event"] == "turn_claimed":
            at_work.add(room)
            seen.append(set(at_work))
        else:
            at_work.discard(room)
    return all(them == {room} for room in rooms for them in seen if room in them)


def _turns(fleet: Fleet, name: str) -> list[Event]:
    found = fleet[name].log.events
    return sorted(
        [*found("turn_claimed"), *found("turn_settled")], key=lambda event: event["timestamp"]
    )
