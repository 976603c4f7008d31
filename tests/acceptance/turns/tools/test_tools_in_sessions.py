"""Every kind of tool in every kind of session, through the whole service, and killed in the call.

Each case is one kind: in an adopted spare, in a hot session, in one that is resumed, in a new one,
and twice after kill -9 of the consumer, once the call is on record and once it has run.
"""

import json
import re
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack, user_id
from tests.campfire_storage import Storage

ADA = 1
PROGRAM = {
    "command": [sys.executable, "-m", "tests.mcp_servers.bare"],
    "env": {"PYTHONPATH": str(ROOT)},
}


@dataclass(frozen=True)
class Kind:
    """A tool, what it is given ({said}: a message of the room's, {turn}: no turn's but this one's),
    and what is then answered, as a pattern."""

    tool: str
    given: str
    answered: str


def _agent(**given: str) -> str:
    return json.dumps({"description": "x", "subagent_type": "reader", **given})


OAK = "floor 3, 40 seats"
KINDS = {
    "search": Kind("mcp__campfire__search", '{"words": "our budget"}', "our budget is 4711"),
    "around": Kind("mcp__campfire__around", '{"message": {said}}', "our budget is 4711"),
    "people": Kind("mcp__campfire__people", "{}", "Ada Admin"),
    "post": Kind("mcp__campfire__post", '{"text": "word {turn}"}', "The tool answered"),
    "mention": Kind(
        "mcp__campfire__mention", '{"name": "Ada Admin", "text": "word {turn}"}', "The tool"
    ),
    "boost": Kind("mcp__campfire__boost", '{"text": "👍"}', "The tool answered"),
    "notes": Kind("mcp__campfire__remember", '{"text": "word {turn}"}', "word {turn}"),
    "remind": Kind(
        "mcp__campfire__remind",
        '{"text": "word {turn}", "in_minutes": 600}',
        "set for.*word {turn}",
    ),
    "knowledge": Kind("mcp__knowledge__search", '{"query": "annual leave days"}', "31 days"),
    "read": Kind("mcp__knowledge__read", '{"file": "leave.md", "section": 2}', "31 days"),
    "http": Kind("mcp__office__room", '{"name": "Oak"}', OAK),
    "program": Kind("mcp__program__room", '{"name": "Oak"}', OAK),
    "web": Kind("mcp__web__fetch", '{"url": "https://no.invalid/"}', "no site of that name"),
    "files": Kind("mcp__files__open", '{"number": 41}', "the code is 4711"),
    "skill": Kind("Skill", '{"skill": "own:refund"}', "REFUND-STEPS|own:refund is already loaded"),
    "subagent": Kind("Agent", _agent(prompt="echo SUB-ANSWER"), "SUB-ANSWER"),
    "write": Kind("Write", '{"file_path": "a.txt", "content": "x"}', "a.txt"),
    "shell": Kind("Bash", '{"command": "echo $((46 * 100 + 11))"}', "4611"),
}


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The assistant may do all of it."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    skill = folder / "skills" / "refund" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("---\nname: refund\ndescription: How refunds are done.\n---\nREFUND-STEPS")
    return folder


def _grant(bots: Path, sandbox_url: str) -> None:
    file = bots / "assistant.yaml"
    bot = yaml.safe_load(file.read_text())
    reader = {
        "description": "Reads.",
        "model": "claude-haiku-4-5",
        "tools": ["Read"],
        "prompt": "You read.",
    }
    bot |= {
        "tools": ["Read", "Write", "Bash"],
        "campfire": ["search", "around", "people", "post", "mention", "boost", "notes", "remind"],
        "knowledge": "handbook",
        "web": {"domains": ["no.invalid"]},
        "files": {"max_mb": 1},
        "skills": "skills",
        "agents": {"reader": reader},
        "mcp_servers": {"office": {"url": f"{sandbox_url}/office/mcp"}, "program": PROGRAM},
        "i_know": ["Bash + web", "Write + web", "Bash + agents"],
    }
    file.write_text(yaml.safe_dump(bot, allow_unicode=True))


@pytest.fixture
async def stack(new_stack: NewStack, bots: Path, tmp_path: Path) -> Stack:
    """With one spare, and a file posted in both rooms."""
    campfire = Storage(tmp_path / "campfire").make()
    with closing(sqlite3.connect(campfire.database)) as database:
        members = [(SUPPORT, user_id("assistant")), (SUPPORT, ADA)]
        database.executemany("INSERT INTO memberships VALUES (?, ?)", members)
        campfire.post(41, "notes.txt", b"the code is 4711", room=SUPPORT, database=database)
    stack = new_stack(BOTS_DIR=str(bots), SPARE_SESSIONS="1", CAMPFIRE_STORAGE=str(campfire.folder))
    _grant(bots, stack.sandbox_url)
    await stack.start()
    await stack.ready()
    await stack.worker.log.event("knowledge_taken_in", folder="handbook")
    await stack.worker.log.event("spare_connected", bot_id="assistant")
    return stack


@pytest.mark.pairs
@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_kind_of_tool_in_every_kind_of_session(stack: Stack, kind: str) -> None:
    """It answers each time, and what it puts into the room stands there once."""
    turns = _Turns(stack, KINDS[kind])
    log = stack.worker.log
    await turns.asked("spare")
    await log.event("session_cold", spare=True)
    await turns.asked("hot")
    await log.event("session_hot")
    stack.worker.environment["SPARE_SESSIONS"] = "0"
    await stack.worker.restart()
    await turns.asked("resumed")
    await log.event("session_warm")
    if kind != "files":  # posted in the other room
        await turns.asked("new", room=ALL_TALK)
        await log.event("session_cold", spare=False)
    for step in ("tool.calling", "tool.called"):
        await turns.killed(step)
    await turns.check(kind)


class _Turns:
    """Asks for the tool, turn by turn."""

    def __init__(self, stack: Stack, kind: Kind) -> None:
        self._stack, self._kind = stack, kind
        self._said: dict[int, int] = {}
        self._asked: dict[str, int] = {}

    async def asked(self, turn: str, room: int = SUPPORT) -> None:
        """A turn of that name is answered."""
        await self._answered(turn, await self._say(turn, room))

    async def killed(self, step: str) -> None:
        """The consumer dies at that step of the turn; the next one answers."""
        worker = self._stack.worker
        worker.environment["KILL_AT"] = step
        await worker.restart()
        asked = await self._say(step, SUPPORT)
        assert await worker.ended() == -signal.SIGKILL
        del worker.environment["KILL_AT"]
        await worker.start()
        await self._answered(step, asked)

    async def check(self, kind: str) -> None:
        """What the tool put into the room, by turn."""
        found = await self._stack.campfire.messages(SUPPORT)
        if kind in ("post", "mention"):
            texts = [message["body"]["plain_text"] for message in found]
            here = [turn for turn in self._asked if turn != "new"]
            assert [sum(f"word {turn}" in text for text in texts) - 1 for turn in here] == [1] * 5
        if kind == "remind":
            set_ = re.compile(r"Reminder \d+ is set for .*word ([\w.]+)")
            told = [
                it[1] for message in found if (it := set_.search(message["body"]["plain_text"]))
            ]
            assert sorted(told) == sorted(turn for turn in self._asked if turn != "new")
        if kind == "boost":
            boosts = {it["id"]: [boost["content"] for boost in it["boosts"]] for it in found}
            asked = [number for turn, number in self._asked.items() if turn != "new"]
            assert [boosts[number].count("👍") for number in asked] == [1] * 5

    async def _say(self, turn: str, room: int) -> dict[str, int]:
        if room not in self._said:
            said = await self._stack.campfire.post(room, "our budget is 4711", mentions=[ADA])
            self._said[room] = said["id"]
        given = self._kind.given.replace("{said}", str(self._said[room])).replace("{turn}", turn)
        asked = await self._stack.say(f"tool {self._kind.tool} {given}", room_id=room)
        self._asked[turn] = asked["after"]
        return asked

    async def _answered(self, turn: str, asked: dict[str, int]) -> None:
        wanted = re.compile(self._kind.answered.replace("{turn}", turn))
        await self._stack.campfire.wait_for_message(
            **asked,
            such_that=lambda found: bool(wanted.search(found["body"]["plain_text"])),
            timeout=60,
        )
