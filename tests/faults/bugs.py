"""Deliberate bugs, put in by `FAULT_BUG`, which the checker must find. For fault processes only.

Each replaces words in the text of a script; words that are not there raise, so that a bug cannot
silently stop being one.
"""

import os

import shared.acceptance.queue
from consumer.approvals.lua import APPROVAL_SCRIPTS
from consumer.budgets.lua import BUDGET_SCRIPTS
from consumer.queue.lua import QUEUE_SCRIPTS

Edit = tuple[str, str, str]
"""A script's name, the words to replace, and what by."""

SCRIPTS = (APPROVAL_SCRIPTS, BUDGET_SCRIPTS, QUEUE_SCRIPTS)
_UNFENCED = "if redis.call('HGET', message, 'token') ~= token then"
BUGS: dict[str, tuple[Edit, ...]] = {
    "no fence": (
        ("record", "if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then", "if false then"),
        ("posted", "if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then", "if false then"),
        (
            "settle",
            "if (redis.call('HGET', message, 'token') or '') ~= token then",
            "if false then",
        ),
        ("postpone", _UNFENCED, "if false then"),
    ),
    "no dedupe": (("accept", "redis.call('GET', seen)", "false"),),
    "pop before settle": (
        (
            "claim",
            "redis.call('SADD', running, id)",
            "redis.call('SADD', running, id)\n"
            "    redis.call('LREM', lane_key .. lane, 1, id)\n"
            "    local following = redis.call('LINDEX', lane_key .. lane, 0)\n"
            "    if following then redis.call('ZADD', queue, now, following) end",
        ),
    ),
    "approved for ever": (("take", "found[2] ~= 'approved' or ", ""),),
    "no end of a budget": (
        ("reserve", "if refusal then", "if false then"),
        ("note", "if limit and #over == 0 and", "if false and"),
    ),
    "order by score": (
        (
            "accept",
            "redis.call('ZADD', it.queue, it.far, it.id)",
            "redis.call('ZADD', it.queue, it.now, it.id)",
        ),
        ("claim", "redis.call('LINDEX', lane_key .. lane, 0) ~= id", "false"),
    ),
}


def put_in() -> None:
    """Put in the bug that `FAULT_BUG` names; none when it is unset."""
    name = os.environ.get("FAULT_BUG")
    if not name:
        return
    for script, old, new in BUGS[name]:
        if script == "accept":
            shared.acceptance.queue._SCRIPT = edited(shared.acceptance.queue._SCRIPT, old, new)
        else:
            scripts = next(it for it in SCRIPTS if script in it)
            scripts[script] = edited(scripts[script], old, new)


def edited(text: str, old: str, new: str) -> str:
    """The text with the bug in; raises AssertionError when it has nowhere to go."""
    if old not in text:
        raise AssertionError(f"the script no longer says: {old}")
    return text.replace(old, new)
