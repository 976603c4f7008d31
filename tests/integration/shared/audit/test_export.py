"""The audit of real calls and turns, from the hook and the books to the operator's command."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

from redis.asyncio import Redis

from consumer.agent import SessionSettings
from consumer.sessions import SessionManager
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asker, Asking
from shared.audit import AuditTrail
from shared.keys import Keys
from tests.bots import bot_with
from tests.integration.conftest import Operate
from tests.integration.sessions.conftest import API_KEY, BOT, LANE, model, settings

__all__ = ["model", "settings"]

SECRET_WORDS = "the merger is on Friday"
RULE = {"tools": ["Write"], "policy": "allow", "people": [7]}
WRITER = bot_with(BOT, tools=("Write",), permissions=[RULE])

EXPORT = ("audit", "export")


async def _turns(settings: SessionSettings, audit: AuditTrail) -> None:
    """One by somebody without the right to Write, one by somebody who has it."""
    call = f"tool Write {json.dumps({'file_path': 'f.txt', 'content': SECRET_WORDS})}"
    async with SessionManager(settings, tooling=Tooling(audit=audit)) as manager:
        for job, person in (("1", 9), ("2", 7)):
            asker = Asker(user_id=person, name="Ada Lovelace")
            asking = Asking(bot=WRITER, lane=LANE, job_id=job, asker=asker)
            await manager.run_turn(LANE, WRITER, call, job=job, get_asking=partial(replace, asking))


async def test_the_whole_export_names_what_happened_and_no_word_of_it(
    settings: SessionSettings, redis: Redis, keys: Keys, operate: Operate
) -> None:
    """Each call with its right, each turn with its cost; no chat text, no name, no key."""
    await _turns(settings, AuditTrail(redis, keys))
    code, out = await operate(*EXPORT, "--form", "jsonl")
    assert code == 0
    entries: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert [(it["what"], it["person"], it["job"]) for it in entries] == [
        ("tool_denied", 9, "1"),
        ("turn", 9, "1"),
        ("tool_allowed", 7, "2"),
        ("turn", 7, "2"),
    ]
    denied, turn, allowed, _ = entries
    assert (denied["tool"], denied["right"]) == ("Write", "not_named")
    assert (allowed["tool"], allowed["right"]) == ("Write", "rule 1")
    assert turn["tokens"] > 0
    assert turn["micro_usd"] > 0
    assert (turn["bot"], turn["room"], turn["detail"]) == ("assistant", LANE.room_id, "answered")

    whole = out + (await operate(*EXPORT))[1] + str(await redis.xrange(keys.audit))
    for secret in (SECRET_WORDS, "merger", "Ada", "f.txt", API_KEY):
        assert secret not in whole


async def test_it_is_filtered_and_readable(
    settings: SessionSettings, redis: Redis, keys: Keys, operate: Operate
) -> None:
    """What one person asked for, as lines for people; a wrong time is said."""
    await _turns(settings, AuditTrail(redis, keys))
    code, out = await operate(*EXPORT, "--person", "7", "--since", "1h", "--bot", "assistant")
    called, turn = out.splitlines()
    assert code == 0
    assert "tool_allowed  bot assistant  room 1  person 7  Write  rule 1  (2)" in called
    assert "UTC  turn " in turn
    assert "$0.0" in turn
    assert await operate(*EXPORT, "--since", "2999-01-01") == (0, "no entry fits\n")
    code, said = await operate(*EXPORT, "--since", "yesterday")
    assert (code, said.splitlines()[-1][:16]) == (2, "--since: say 90m")


async def test_a_redis_that_is_away_is_said(operate: Operate) -> None:
    """A sentence, no traceback."""
    code, said = await operate(*EXPORT, REDIS_URL="redis://127.0.0.1:9/0")
    assert (code, said) == (2, "REDIS_URL: Redis does not answer (ConnectionError)\n")
