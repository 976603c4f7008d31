"""What settle.lua is given of a message that ends, and what it keeps for operators. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from consumer.queue.ticket import Ticket
from consumer.stories.stories import Story
from shared.keys import FAR_FUTURE_MS, Keys, plain
from shared.operating.messages import row_of
from shared.operating.reading.days import (
    KEPT_S,
    class_of,
    ended_name,
    outcome_name,
    utc_day,
)
from shared.operating.timeline import Step, to_wire
from shared.redis.wire import to_wire as to_json

KEEP_RESULT_SECONDS = 24 * 3600
MOST_ENDED = 10_000
"""So many of the newest are kept."""


class ToldWithEnd(Protocol):
    """What a lane's watchers are told in the step that ends a message; hears how that went."""

    @property
    def told(self) -> Sequence[str]:
        """The id of a batch of events, then kind and JSON of each by turns; may be empty."""
        ...

    def written(self) -> None:
        """The message has ended, and they were told."""
        ...

    def ended_before(self, *, alike: bool) -> None:
        """It had ended. `alike`: as now, maybe by this step, whose answer was lost."""
        ...

    def failed(self) -> None:
        """It has not ended, or nobody knows."""
        ...


class Untold:
    """Nobody watches."""

    told: Sequence[str] = ()

    def written(self) -> None:
        """See ToldWithEnd."""

    def ended_before(self, *, alike: bool) -> None:
        """See ToldWithEnd."""

    def failed(self) -> None:
        """See ToldWithEnd."""


def settle_names(keys: Keys, ticket: Ticket, now_ms: int) -> list[str]:
    """The names that settle.lua takes, in its order."""
    job_id, line = ticket.job_id, ticket.line
    it = _names(keys)
    return [
        f"{it.message}{job_id}",
        f"{it.lane}{line}",
        *it.queue,
        keys.job(job_id),
        keys.in_progress(job_id),
        keys.retry(job_id),
        keys.result(job_id),
        it.dead_letters,
        f"{it.dead_letter}{job_id}",
        keys.notified(line),
        *it.ended,
        keys.day(utc_day(now_ms)),
        f"{it.lane}{line.lane}",
        keys.last_post(line),
        keys.events(line.lane),
    ]


class _Names(NamedTuple):
    """Names, and what names begin with."""

    message: str
    lane: str
    dead_letter: str
    dead_letters: str
    queue: tuple[str, ...]
    ended: tuple[str, ...]


@cache
def _names(keys: Keys) -> _Names:
    """What is the same for every message, put together once."""
    of_jobs = keys.message(""), keys.lane_prefix, keys.dead_letter("")
    queue = keys.queue, keys.running, keys.suspects, keys.lanes, keys.wake
    ended = keys.control_due, keys.left_signs, keys.arrivals, keys.ended, keys.ended_messages
    return _Names(*of_jobs, keys.dead_letters, queue, ended)


def settle_values(
    keys: Keys,
    ticket: Ticket,
    token: str,
    ending: dict[str, Any],
    story: Story | None,
    now_ms: int,
    *,
    dead: bool,
    posted: Sequence[str],
    told: Sequence[str],
    offered: bool,
) -> list[Any]:
    """What it takes beside them; `token`: empty for a message that nobody has claimed.

    `posted`: its posts, where the last is not on record yet. `told`: what the lane's watchers are
    told with it: the id of a batch, then kind and JSON of each event by turns. `offered`: the place
    that falls free is for a message that may be handed over.
    """
    last = Step(at_ms=now_ms, what="settled", name=ending["outcome"])
    return [
        ticket.job_id,
        token,
        str(ticket.line),
        to_json(ending),
        ticket.arq_result(ending, keys.queue, finished_ms=now_ms),
        KEEP_RESULT_SECONDS,
        int(dead),
        FAR_FUTURE_MS,
        about(ticket, ending, story, now_ms),
        steps(story, last),
        MOST_ENDED,
        KEPT_S,
        keys.message(""),
        *((json.dumps(posted), posted[-1]) if posted else ("", "")),
        int(offered),
        *((told[0], len(told) - 1, *told[1:]) if told else ("", 0)),
        *counts(ticket, ending, story, now_ms),
    ]


def about(ticket: Ticket, ending: Mapping[str, Any], story: Story | None, now_ms: int) -> str:
    """The JSON of its row, without the end: settle.lua adds its posts and its steps."""
    return row_of(
        job=plain(ticket.job_id),
        message_id=ticket.message_id,
        bot_id=ticket.lane.bot_id,
        room_id=ticket.lane.room_id,
        origin=ticket.origin,
        word=ticket.word,
        accepted_ms=ticket.accepted_ms,
        claimed_ms=ticket.began_ms if ticket.starts else None,
        ended_ms=now_ms,
        attempts=ticket.starts,
        outcome=ending["outcome"],
        reason=ending.get("reason"),
        detail=ending.get("detail"),
        tier=ending.get("tier") or (story.tier if story else None),
        **_spent(story),
    ).removesuffix("}")


def steps(story: Story | None, last: Step) -> str:
    """What the attempt did, and how it ended, as settle.lua and postpone.lua put it down."""
    return to_wire((*(story.take() if story else ()), last))


def counts(
    ticket: Ticket, ending: Mapping[str, Any], story: Story | None, now_ms: int
) -> Iterator[str | int]:
    """Names and numbers by turns, for its day; a control word counts for nothing."""
    if ticket.line.control:
        return
    before, outcome = f"{ticket.lane.bot_id}:", ending["outcome"]
    if ticket.starts:
        waited = class_of((ticket.began_ms - ticket.accepted_ms) / 1000)
        took = class_of((now_ms - ticket.began_ms) / 1000)
        yield from (before + ended_name(outcome, waited, took), 1)
    else:
        yield from (before + outcome_name(outcome), 1)
    for name, number in _spent(story).items():
        yield from (f"{before}{name}", number)


def _spent(story: Story | None) -> dict[str, Any]:
    if story is None or (not story.micro_usd and not story.output_tokens):
        return {}
    return {
        "input_tokens": story.input_tokens,
        "output_tokens": story.output_tokens,
        "micro_usd": story.micro_usd,
    }
