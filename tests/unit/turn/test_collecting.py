"""Which messages become one turn, and how it shows them."""

from datetime import UTC

import pytest

from consumer.queue.claim import Claim
from consumer.turn.collecting import MOST_BYTES, MOST_MESSAGES, Collected, belonging, files_of
from shared.inbound import InboundMessage
from tests.deliveries import inbound

Waiting = list[tuple[str, InboundMessage]]


def waiting(*changes: dict[str, object]) -> Waiting:
    """Messages 2, 3, … of the same person, each with these changes."""
    messages = (inbound(number).model_copy(update=c) for number, c in enumerate(changes, start=2))
    return [(f"job-{message.message_id}", message) for message in messages]


def ids(found: object) -> list[str]:
    return [job_id for job_id, _ in found]  # type: ignore[attr-defined]


def test_the_same_persons_next_messages_belong() -> None:
    """All that wait directly behind."""
    assert ids(belonging(inbound(1), waiting({}, {}))) == ["job-2", "job-3"]


@pytest.mark.parametrize(
    "other", [{"user_id": 9}, {"user_id": None}, {"from_bot": True}, {"origin": "approval"}]
)
def test_somebody_else_ends_the_row(other: dict[str, object]) -> None:
    """What the first says after another spoke is a turn of its own."""
    assert ids(belonging(inbound(1), waiting({}, other, {}))) == ["job-2"]


def test_nobody_known_is_nobodys_twin() -> None:
    """Two deliveries without a person may be of two."""
    first = inbound(1).model_copy(update={"user_id": None})
    assert ids(belonging(first, waiting({"user_id": None}))) == []


FILE: dict[str, object] = {"is_file": True, "text": "photo.png"}


@pytest.mark.parametrize(
    ("following", "belong"),
    [
        ([FILE, FILE], 2),
        ([FILE, {}, FILE], 1),
        ([{}, FILE], 0),
        ([{**FILE, "user_id": 9}], 0),
        ([{**FILE, "accepted_ms": 60_000}], 1),
        ([{**FILE, "accepted_ms": 60_001}], 0),
    ],
)
def test_files_belong_to_the_words_before_them(
    following: list[dict[str, object]], belong: int
) -> None:
    """The same person's, directly behind them, within a minute."""
    first = inbound(1, accepted_ms=0)
    found = files_of(first, waiting(*({"accepted_ms": 0, **each} for each in following)))
    assert len(ids(found)) == belong


def test_a_file_has_no_files() -> None:
    """Two files without words are two turns."""
    assert ids(files_of(inbound(1).model_copy(update=FILE), waiting(FILE))) == []


def test_a_turn_is_bounded() -> None:
    """By number and by bytes, the first message included."""
    assert len(ids(belonging(inbound(1), waiting(*[{}] * 40)))) == MOST_MESSAGES - 1
    half: dict[str, object] = {"text": "é" * (MOST_BYTES // 4)}
    first = inbound(1).model_copy(update=half)
    assert ids(belonging(first, waiting(half, {"text": "x"}))) == ["job-2"]


def test_the_turn_shows_them_in_order_with_their_times() -> None:
    """Each with its own words; of the first message all else stays."""
    message = inbound(1, accepted_ms=1_000_000)
    claim = Claim(job_id="job-1", token="1", message=message, claimed_ms=2, starts=1)
    turn = Collected.of(claim, waiting({"accepted_ms": 1_062_000, "text": " "}), UTC)
    assert [(at, said.text) for at, said in turn.claim.said] == [
        ("00:16:40 (UTC)", "message 1"),
        ("00:17:42 (UTC)", " "),
    ]
    assert turn.claim.message.text == "message 1\n\n "
    assert (turn.job_ids, turn.claim.job_id) == (("job-2",), "job-1")
    assert turn.claim.message.user_name == message.user_name
    assert turn.claim.message.message_id == "2"


def test_a_message_alone_stays_as_it_is() -> None:
    """No time is put before it."""
    claim = Claim(job_id="job-1", token="1", message=inbound(1), claimed_ms=2, starts=1)
    assert Collected.of(claim, [], UTC) == Collected(claim)
