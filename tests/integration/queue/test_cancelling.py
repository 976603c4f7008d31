"""A command to cancel reaches the attempt that it means, wherever and whenever that begins."""

import asyncio
from typing import Any

import pytest

from consumer.queue.cancellation import cancelling as module
from consumer.queue.cancellation.cancelling import Cancelling
from consumer.queue.claim import Claim
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


async def test_a_cancel_finds_a_message_that_moves(
    bench: Bench, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was heard here while the message ran there, and there when it did no more."""
    a, b = await join("a"), await join("b")
    cancelling = Cancelling(b.lanes)
    assert await _is_stopped(cancelling, await _moved(bench, a, b, cancelling))
    monkeypatch.setattr(module, "EARLY_S", 0)
    claim = await _moved(bench, a, b, cancelling, first=2)
    assert not await _is_stopped(cancelling, claim)


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
