"""What ran beside a crash runs alone next, at one consumer, and holds back nobody else's."""

import asyncio

from tests.acceptance.log_book import Event
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, OTHERS, Fleet


async def test_suspects_run_alone_at_one_and_the_others_go_on(new_fleet: NewFleet) -> None:
    """One dies with two turns: another runs them by turns, with nothing beside them, and the third
    answers everybody else meanwhile, also whose lane was that one's."""
    fleet = await new_fleet(LEASE_SECONDS="2")
    first, second, *others = await fleet.rooms(5)
    for room in (first, second):
        await fleet.stack.say("hang", room_id=room)
    await fleet.until(lambda: len(fleet.events("turn_claimed").get(FIRST, ())) == 2)
    await fleet.start(*OTHERS)
    await fleet.kill(FIRST)
    await fleet.until(lambda: bool(fleet.events("turn_claimed", attempt=2)))
    ((judge, (claimed,)),) = fleet.events("turn_claimed", attempt=2).items()
    asked = [fleet.stack.ask("echo well", room_id=room) for room in others]
    assert await asyncio.gather(*asked) == ["well"] * 3
    (third,) = set(OTHERS) - {judge}
    assert set(fleet.events("turn_settled")) == {third}
    for room in (claimed["room"], first + second - claimed["room"]):
        await fleet.stack.say("stop", room_id=room)
        await fleet[judge].log.event("turn_settled", room=room, outcome="cancelled", attempt=2)
    assert _alone(fleet, judge, (first, second))


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
