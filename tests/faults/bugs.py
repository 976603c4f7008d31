"""Deliberate bugs, put in by `FAULT_BUG`, which the checker must find. For fault processes only.

Each replaces words in the text of a script; words that are not there raise, so that a bug cannot
silently stop being one.
"""

import os

from consumer.approvals.lua import APPROVAL_SCRIPTS
from consumer.archive.lua import STORE_SCRIPTS
from consumer.budgets.lua import BUDGET_SCRIPTS
from consumer.on_time.lua import ON_TIME_SCRIPTS
from consumer.queue.lua import QUEUE_SCRIPTS
from shared.acceptance.queue import SCRIPTS as ACCEPTANCE_SCRIPTS

Edit = tuple[str, str, str]
"""A script with its room, the words to replace, and what by."""

SCRIPTS: dict[str, dict[str, str]] = {
    "acceptance": ACCEPTANCE_SCRIPTS,
    "approvals": APPROVAL_SCRIPTS,
    "archive": STORE_SCRIPTS,
    "budgets": BUDGET_SCRIPTS,
    "on_time": ON_TIME_SCRIPTS,
    "queue": QUEUE_SCRIPTS,
}
_FENCE_OF_KEY = "if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then"
_FENCE = "if redis.call('HGET', message, 'token') ~= token then"
_WHO_IS_WOKEN = "local whose = only_for(fleet(wake, all), line) or roomiest(wake, all)"
_WAKING = ("acceptance/accept", "queue/settle")
BUGS: dict[str, tuple[Edit, ...]] = {
    "no fence": (
        ("queue/record", _FENCE_OF_KEY, "if false then"),
        ("queue/posted", _FENCE_OF_KEY, "if false then"),
        (
            "queue/settle",
            "if (holder or '') ~= token then",
            "if false then",
        ),
        ("queue/postpone", _FENCE, "if false then"),
    ),
    "no dedupe": (
        (
            "acceptance/accept",
            "redis.call('MGET', format, seen)",
            "{redis.call('GET', format), false}",
        ),
    ),
    "pop before settle": (
        (
            "queue/claim",
            "redis.call('SADD', it.running, id)",
            "redis.call('SADD', it.running, id)\n"
            "    redis.call('LREM', it.lane_key .. line, 1, id)\n"
            "    local following = redis.call('LINDEX', it.lane_key .. line, 0)\n"
            "    if following then redis.call('ZADD', it.queue, it.now, following) end",
        ),
    ),
    "approved for ever": (("approvals/take", "found[2] ~= 'approved' or ", ""),),
    "a time that stays": (
        (
            "on_time/fire",
            "redis.call('ZREM', due, called)",
            "redis.call('ZADD', due, now + 300, called)",
        ),
        ("on_time/fire", "if number ~= '' then", "if false then"),
        (
            "on_time/fire",
            "if not redis.call('SET', seen, values[1], 'EX', remember, 'NX') then",
            "if false then",
        ),
    ),
    "no end of a budget": (
        ("budgets/reserve", "if refusal then", "if false then"),
        ("budgets/note", "if limit and #over == 0 and", "if false and"),
    ),
    "no owner check": (
        ("queue/claim", "local whose = not it.is_only and only_for(it.of, line)", "local whose"),
        (
            "queue/claim",
            "local homes = it.is_only and {} or homes_of(it, rows)",
            "local homes = {}",
        ),
        *((script, _WHO_IS_WOKEN, "local whose = roomiest(wake, all)") for script in _WAKING),
    ),
    "no fence on opening": (("queue/take_home", "elseif home then", "elseif false then"),),
    "no fence on a record": (
        (
            "archive/save",
            "if tonumber(redis.call('HGET', session, 'fence') or '0') > tonumber(fence) then",
            "if false then",
        ),
    ),
    "order by score": (
        (
            "acceptance/accept",
            "redis.call('ZADD', it.queue, it.far + (it.begins_at or 0), it.id)",
            "redis.call('ZADD', it.queue, it.now, it.id)",
        ),
        ("queue/claim", "if first[1] ~= id then", "if false then"),
    ),
}


def put_in() -> None:
    """Put in the bug that `FAULT_BUG` names; none when it is unset."""
    bug = os.environ.get("FAULT_BUG")
    if not bug:
        return
    for script, old, new in BUGS[bug]:
        room, _, name = script.partition("/")
        SCRIPTS[room][name] = edited(SCRIPTS[room][name], old, new)


def edited(text: str, old: str, new: str) -> str:
    """The text with the bug in; raises AssertionError when it has nowhere to go."""
    if old not in text:
        raise AssertionError(f"the script no longer says: {old}")
    return text.replace(old, new)
