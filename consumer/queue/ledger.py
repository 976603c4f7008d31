"""What an attempt writes down with its message, so that the next one knows how far it came.

Each act is one atomic script, and all that a claim is given for happen under its fencing token.
"""

import json
import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from shared.clocks.steady_time import steady_s
from shared.keys import Keys
from shared.on_time import Reminder
from shared.redis.scripts import Scripts


class Ledger:
    """Stands with the messages in Redis."""

    def __init__(self, scripts: Scripts, keys: Keys, *, fresh_s: float) -> None:
        """`fresh_s`: how long an answer of Redis proves that a claim is still ours."""
        self._scripts, self._keys = scripts, keys
        self.fresh_s = fresh_s

    async def record(self, claim: Claim, **fields: Any) -> None:
        """Store fields of a claimed message as JSON; raises Fenced when the claim is lost.

        When it returns the claim was good a moment ago. A process that was frozen meanwhile, and
        whose successor may have claimed the message since, finds that out here: it asks again.
        """
        flat = _flat(fields)
        began_s = -math.inf
        while steady_s() - began_s > self.fresh_s:
            began_s = steady_s()
            await self._under_claim("record", claim, [], flat)

    async def record_post(self, claim: Claim, posted: list[str]) -> None:
        """Store that another part is in the room; raises Fenced when the claim is lost."""
        names = [self._keys.last_post(claim.message.line)]
        arguments = [json.dumps(posted), posted[-1]]
        await self._under_claim("posted", claim, names, arguments)

    async def record_keeping(
        self,
        claim: Claim,
        notes: Mapping[int, dict[str, Any]],
        reminders: Sequence[Reminder],
        **fields: Any,
    ) -> None:
        """Store fields, and in the same step keep notes of the lane by their numbers, and one
        person's reminders.

        Raises Fenced when the claim is lost.
        """
        keys, lane = self._keys, claim.message.lane
        person = reminders[0].user_id if reminders else 0
        names = [keys.notes(lane), keys.reminders(lane), keys.due, keys.reminders_of(person)]
        told = [(it.number, it.model_dump_json(), it.due_ms, it.called) for it in reminders]
        arguments = [len(notes), *_flat(notes), len(told), *chain(*told), *_flat(fields)]
        await self._under_claim("record_keeping", claim, names, arguments)

    async def forget_notes(
        self, claim: Claim, number: int | None, *, own_only: bool = False
    ) -> tuple[int, int]:
        """Take the lane's note of this number away, or all; with `own_only` none but those of
        whoever asks. How many that were, however often it is asked, and how many stay because
        they are others'. Raises Fenced when the claim is lost."""
        names = [self._keys.message(claim.job_id), self._keys.notes(claim.message.lane)]
        owner = str(claim.message.user_id) if own_only else "*"
        arguments = [claim.token, "" if number is None else number, owner]
        gone, others = await self._scripts.run_patiently("forget_notes", names, arguments)
        if gone < 0:
            raise Fenced(claim.job_id)
        return gone, others

    async def record_tool_post(
        self, claim: Claim, by_tools: dict[str, Any], message_id: str
    ) -> None:
        """Store that a tool's message is in the room; raises Fenced when the claim is lost."""
        names = [self._keys.last_tool_post(claim.message.lane)]
        arguments = [json.dumps(by_tools), message_id]
        await self._under_claim("tool_posted", claim, names, arguments)

    def fresh_until_s(self) -> float:
        """Until when, by the steady clock, what was on record a moment ago is still ours to do."""
        return steady_s() + self.fresh_s

    async def record_waiting(self, job_id: str, *, traces: dict[str, Any]) -> bool:
        """Keep what signs left in the room with a message that waits.

        False: somebody has claimed it, or it has ended.
        """
        names = [self._keys.message(job_id)]
        return bool(
            await self._scripts.run_patiently("record_waiting", names, [json.dumps(traces)])
        )

    async def note_cancelled(self, job_id: str) -> bool:
        """Have the message's next attempt end at once, wherever that begins; False: nobody has it
        claimed."""
        names = [self._keys.message(job_id)]
        return bool(await self._scripts.run_patiently("note_cancelled", names, []))

    async def _under_claim(
        self, script: str, claim: Claim, names: list[str], arguments: list[Any]
    ) -> None:
        """Run a script whose first key is the message's and whose first argument is the token."""
        names = [self._keys.message(claim.job_id), *names]
        if not await self._scripts.run_patiently(script, names, [claim.token, *arguments]):
            raise Fenced(claim.job_id)


def _flat(fields: Mapping[Any, Any]) -> list[Any]:
    """Names (or numbers) and JSONs by turns, as HSET takes them."""
    return [part for name, value in fields.items() for part in (name, json.dumps(value))]
