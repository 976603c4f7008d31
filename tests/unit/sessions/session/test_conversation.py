"""What a session's client goes on with, and who may write in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from consumer.archive.records import SessionRecord
from consumer.sessions.session.conversation import Conversation
from tests.unit.sessions.conftest import LANE, FakeClock

OWNED = {*vars(Conversation()), "lane"}
"""The fields of a Conversation, and the lane that a session belongs to."""


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [part for target in node.targets for part in _parts(target)]
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple) else [target]


def _written_from_outside(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for target in _targets(node):
            if isinstance(target, ast.Attribute) and target.attr in OWNED and not _of_self(target):
                yield f"{file}:{target.lineno}: {ast.unparse(target)}"


def _of_self(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def on_record(clock: FakeClock) -> SessionRecord:
    return SessionRecord(lane=LANE, session_id="s", created_at=clock(), last_used=clock())


def test_nobody_writes_in_a_session_from_outside() -> None:
    """Five classes did, and none of them saw what the others had written."""
    rooms = ("sessions", "claude", "archive", "agent", "tool_calls")
    files = [file for room in rooms for file in Path("consumer", room).rglob("*.py")]
    assert len(files) > 40
    assert [line for file in files for line in _written_from_outside(file)] == []


def test_an_agent_knows_its_conversation_nothing_yet_or_nothing_any_more(clock: FakeClock) -> None:
    """What stands before a prompt depends on it; once answered, the loss has been told of."""
    record = on_record(clock)
    assert (Conversation().memory, Conversation(record).memory) == ("new", "kept")
    lost = Conversation()
    lost.begins(1, record, lost=True)
    before = lost.memory
    lost.was_answered()
    assert (before, lost.memory) == ("lost", "new")


def test_what_ran_in_a_turn_that_was_cut_off_is_known_until_a_turn_stays(clock: FakeClock) -> None:
    """Tools of one cut-off turn add to those of the one before; a turn that stays ends the list."""
    first = Conversation().with_undone(LANE, ("Bash",), clock())
    assert (first.undone, first.resumable) == (("Bash",), False)
    conversation = Conversation()
    conversation.begins(1, first, lost=False)
    second = conversation.with_undone(LANE, ("Write",), clock())
    assert second.undone == ("Bash", "Write")
    conversation.goes_on(
        SessionRecord(lane=LANE, session_id="s", created_at=clock(), last_used=clock())
    )
    assert conversation.with_undone(LANE, (), clock()).undone == ()
