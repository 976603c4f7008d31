"""What is known of the servers, and who is told when."""

import structlog.testing

from consumer.mcp.board import ServerBoard
from consumer.mcp.missing_servers import note_for_the_model
from consumer.mcp.trouble import Trouble
from shared.bots import Bot
from tests.bots import bot_with

PLAIN = Bot(id="ops", name="Ops", system_prompt="You help.")
BOT = bot_with(PLAIN, mcp_servers={"a": {"url": "http://127.0.0.1:1"}, "b": {"command": ["b"]}})
OTHER = bot_with(BOT, id="other")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_trouble_has_one_beginning_and_the_log_one_line() -> None:
    """However many clients see it, and whatever else it turns into meanwhile."""
    board, changes = ServerBoard(Clock()), list[int]()
    board.on_change = lambda: changes.append(1)
    with structlog.testing.capture_logs() as logs:
        for trouble in (Trouble.STARTING, Trouble.UNREACHABLE, Trouble.UNREACHABLE):
            board.note(BOT, {"a": trouble, "b": None})
        (first,) = board.missing("ops")
        board.note(BOT, {"a": Trouble.STARTING})
        board.note(BOT, {"a": None})
        assert board.missing("ops") == ()
        board.note(BOT, {"a": Trouble.SILENT})
    (again,) = board.missing("ops")
    assert again.since > first.since
    assert [entry["event"] for entry in logs] == [
        "mcp_server_down",
        "mcp_server_up",
        "mcp_server_down",
    ]
    assert len(changes) == 3
    assert [(it.server, it.state) for it in board.status()] == [("a", "silent"), ("b", "up")]


def test_an_answer_ends_only_what_an_answer_can_end() -> None:
    """That a server speaks to us says nothing of its tools."""
    board = ServerBoard()
    board.note(BOT, {"a": Trouble.TOOLS_GONE, "b": Trouble.UNREACHABLE})
    board.answers(BOT, "a")
    board.answers(BOT, "b")
    assert [it.server for it in board.missing("ops")] == ["a"]


def test_each_bot_has_its_own_servers_and_those_of_its_file_alone() -> None:
    """A server that left the file is known no more."""
    board = ServerBoard()
    board.note(BOT, {"a": Trouble.FAILED, "b": Trouble.FAILED})
    assert board.missing("other") == ()
    board.note(OTHER, {"a": None})
    board.note(bot_with(PLAIN, mcp_servers={"b": {"command": ["b"]}}), {"b": None})
    assert [(it.bot_id, it.server) for it in board.status()] == [("ops", "b"), ("other", "a")]


def test_the_model_is_told_in_one_line() -> None:
    """Of all that is missing, and nothing where nothing is."""
    missing = ServerBoard().note(BOT, {"a": Trouble.SILENT, "b": Trouble.ENDED})
    note = note_for_the_model(missing)
    assert "\n" not in note
    assert "the server a does not answer; the server b has ended" in note
    assert note_for_the_model([]) == ""
