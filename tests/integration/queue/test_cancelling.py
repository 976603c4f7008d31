"""A command to cancel reaches the attempt that it means, wherever and whenever that begins."""

import asyncio
from typing import Any

import pytest

from consumer.queue.cancellation import cancelling as module
from consumer.queue.cancellation.cancelling import Cancelling
from consumer.queue.claim import Claim
from shared.operating.dead_letters import DeadLetters
from shared.redis import clock
from tests.integration.queue.conftest import Bench
from tests.integration.queue.test_homes import Join, Member, join
from tests.patience import PATIENCE_S

__all__ = ["join"]


async def test_a_cancel_before_a_claim_has_come_here_ends_its_turn(
    bench: Bench, join: Join
) -> None:
    """Redis has it for claimed, and nothing runs yet."""
    a = await join("a")
    await bench.lane(1)
    (claim,) = await a.lanes.claim(1)
    cancelling = Cancelling(a.lanes)
    await cancelling.cancel(claim.job_id)
    assert await _is_stopped(cancelling, claim)
    assert not await _is_stopped(cancelling, claim)


async def test_a_cancel_counts_a_moment_where_its_claim_is_lost(
    bench: Bench, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it is remembered for a moment; Redis knows of it for every later attempt."""
    monkeypatch.setattr(module, "EARLY_S", 0)
    a = await join("a")
    await bench.lane(1)
    (claim,) = await a.lanes.claim(1)
    cancelling = Cancelling(a.lanes)
    await cancelling.cancel(claim.job_id)
    assert not await _is_stopped(cancelling, claim)


async def test_a_cancel_finds_a_message_that_moves(bench: Bench, join: Join) -> None:
    """It was heard here while the message ran there, and there when it did no more."""
    a, b = await join("a"), await join("b")
    assert await _is_stopped(Cancelling(b.lanes), await _moved(bench, a, b, Cancelling(b.lanes)))


async def test_a_cancel_outlives_who_runs_the_message(bench: Bench, join: Join) -> None:
    """It dies before it has heard of it, and whoever goes on with the message ends it, however much
    later that is: whoever asked was told that it is done."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    (claim,) = await a.lanes.claim(1)
    await Cancelling(b.lanes).cancel(claim.job_id)
    await a.lapse()
    await b.repairs.reclaim()
    (again,) = await b.lanes.claim(1)
    assert await _is_stopped(Cancelling(b.lanes), again)


async def test_a_cancel_finds_what_is_given_back_at_that_moment(
    bench: Bench, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two looks it was claimed no more: it ends as one that waits."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    (claim,) = await a.lanes.claim(1)
    note = b.lanes.ledger.note_cancelled

    async def note_too_late(job_id: str) -> bool:
        await a.lanes.postpone(claim, delay_s=0, failed=False)
        return await note(job_id)

    monkeypatch.setattr(b.lanes.ledger, "note_cancelled", note_too_late)
    await Cancelling(b.lanes).cancel(claim.job_id)
    assert (await b.lanes.lines.outcome(claim.job_id))["outcome"] == "cancelled"


async def test_a_dead_letter_that_was_cancelled_lives_again(bench: Bench, join: Join) -> None:
    """Whoever gives it another life wants it answered."""
    a = await join("a")
    await bench.lane(1)
    (claim,) = await a.lanes.claim(1)
    assert await a.lanes.ledger.note_cancelled(claim.job_id)
    await a.lanes.settle(claim, {"outcome": "dead"}, dead=True)
    letters = DeadLetters(bench.redis, bench.keys)
    assert await letters.requeue(claim.job_id, await clock.now_ms(bench.redis))
    (again,) = await a.lanes.claim(1)
    assert not again.cancelled


async def _moved(bench: Bench, a: Member, b: Member, at_b: Cancelling, first: int = 1) -> Claim:
    await bench.lane(1, first=first, room_id=first)
    (claim,) = await a.lanes.claim(1)
    await at_b.cancel(claim.job_id)
    await a.lanes.postpone(claim, delay_s=0, failed=True)
    await a.homes.let_go(claim.message.lane)
    (again,) = await b.lanes.claim(1)
    return again


async def _is_stopped(cancelling: Cancelling, claim: Claim) -> bool:
    """Whether the claim's turn ends for a cancel that came before it."""

    async def answer(claim: Claim) -> dict[str, Any]:
        turn = asyncio.create_task(asyncio.Event().wait())
        with cancelling.stoppable(claim.job_id, turn) as attempt:
            await asyncio.wait({turn}, timeout=PATIENCE_S if attempt.asked else 0)
        turn.cancel()
        return {"stopped": attempt.stopped}

    return bool((await cancelling.watched(answer)(claim))["stopped"])
