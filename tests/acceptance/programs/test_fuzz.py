"""The short form of `make fuzz`."""

from pathlib import Path

from operate.launch.valkey import EmbeddedValkey
from tests.fuzz.__main__ import fuzz
from tests.fuzz.judge import Judge


async def test_whatever_is_sent_nothing_comes_back_that_campfire_would_post(
    tmp_path: Path, valkey: EmbeddedValkey
) -> None:
    """3,000 requests: no body but the deliberate ones, no 5xx but /ready's, flat memory."""
    assert await fuzz(tmp_path, valkey.url, 3000, seed=7) == []


def test_the_judge_sees_what_must_not_be() -> None:
    """A page, a type alone, a 500, and what is no HTTP: a complaint each; /ready's 503 is none."""
    for raw in (
        b"HTTP/1.1 400 Bad\r\ncontent-length: 3\r\n\r\nbad",
        b"HTTP/1.1 404 No\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n",
        b"<html>",
    ):
        judge = Judge()
        judge.read(b"", raw)
        assert len(judge.complaints) == 1
    judge = Judge()
    judge.read(b"", b"HTTP/1.1 503 No\r\ncontent-length: 0\r\nx-not-ready: redis\r\n\r\n")
    assert judge.complaints == []


def test_half_an_answer_is_judged_only_where_the_server_left_it() -> None:
    """A machine that stands still for a moment is amid an answer when we hang up."""
    half = b'HTTP/1.1 200 OK\r\ncontent-length: 15\r\ncontent-type: application/json\r\n\r\n{"st'
    ours, theirs = Judge(), Judge()
    ours.read(b"", half, cut=True)
    ours.read(b"", half[:20], cut=True)
    theirs.read(b"", half)
    assert (ours.complaints, ours.statuses[200]) == ([], 1)
    assert len(theirs.complaints) == 1
