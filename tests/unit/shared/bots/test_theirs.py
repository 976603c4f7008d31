"""A bot as it is for somebody: with the tools alone that they may have used."""

from pathlib import Path
from typing import Any

import pytest

from shared.bots import Bot
from shared.bots.theirs import for_person

WHOLE = {
    "id": "ops",
    "name": "Ops",
    "system_prompt": "x",
    "tools": ("Read", "Write"),
    "campfire": ("search", "notes"),
    "knowledge": Path("/kb"),
    "web": {"domains": ("a.example",), "search": True},
    "files": {"pictures": True},
    "mcp_servers": {
        "tickets": {"url": "http://a.example", "tools": ("find", "close")},
        "clock": {"url": "http://b.example"},
    },
}


def _names(bot: Bot) -> str:
    """All that it has, in one line."""
    servers = [f"{name}:{'+'.join(it.tools) or '*'}" for name, it in bot.mcp_servers.items()]
    boxes = [box for box in bot.toolboxes if box != "campfire"]
    return " ".join([*bot.built_in, *bot.campfire, *boxes, *servers])


def _for(user_id: int | None, *rules: dict[str, Any], ping: bool = False) -> str:
    bot = Bot.model_validate(WHOLE | {"permissions": rules})
    return _names(for_person(bot, user_id, is_ping=ping))


def test_without_rules_it_is_whole() -> None:
    """As ever."""
    bot = Bot.model_validate(WHOLE)
    assert for_person(bot, None, is_ping=True) is bot


ALL = "Read Write WebSearch search notes knowledge web files tickets:find+close clock:*"
EACH = [
    "Read", "Write", "WebSearch", "campfire/*", "knowledge/*", "web/*", "files/*",
    "mcp__tickets__*", "mcp__clock__*",
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "has"),
    [
        ([{"tools": EACH, "policy": "allow"}], ALL),
        ([], ""),
        ([{"tools": EACH, "policy": "allow", "people": [9]}], ""),
        ([{"tools": EACH, "policy": "allow", "people": [7]}], ALL),
        ([{"tools": ["Read", "campfire/notes"], "policy": "allow"}], "Read notes"),
        ([{"tools": ["mcp__tickets__close"], "policy": "allow"}], "tickets:close"),
        ([{"tools": ["mcp__clock__now"], "policy": "allow"}], "clock:now"),
        (
            [
                {"tools": ["mcp__clock__set", "Write"], "policy": "deny", "people": [7]},
                {"tools": EACH, "policy": "allow"},
            ],
            ALL.replace(" Write", ""),
        ),
        ([{"tools": ["Read"], "policy": "ask", "approvers": [9]}], "Read"),
        ([{"tools": ["web/*"], "policy": "allow"}], "web"),
        ([{"tools": ["WebSearch"], "policy": "allow"}], "WebSearch"),
    ],
)
def test_it_has_what_they_may_have_used(rules: list[dict[str, Any]], has: str) -> None:
    """In a room; for whoever it is said, and no more."""
    assert _for(7, *rules) == has


def test_a_ping_and_nobody_known_have_their_own() -> None:
    """Where the rules say so."""
    room = {"tools": ["Read"], "room": "allow"}
    mine = {"tools": ["Write"], "policy": "allow", "people": [7]}
    assert _for(7, room, mine) == "Read Write"
    assert _for(7, room, mine, ping=True) == "Write"
    assert _for(None, room, mine) == "Read"
