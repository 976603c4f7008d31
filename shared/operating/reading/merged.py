"""What several members tell of themselves, as one. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus, SessionStatus, ToolStatus
from shared.operating.now import TurnsTold

Row = TypeVar("Row")


def one_beat(beats: Collection[Heartbeat]) -> Heartbeat | None:
    """One state of all consumers: a message is answered while any takes it. None: none lives."""
    if not beats:
        return None
    failing = dict.fromkeys(it for beat in beats for it in beat.failing)
    return Heartbeat(
        at=max(beat.at for beat in beats),
        running=sum(beat.running for beat in beats),
        draining=all(beat.draining for beat in beats),
        failing=tuple(failing),
        model_fault=next((beat.model_fault for beat in beats if beat.model_fault), ""),
    )


def one_turns(told: Iterable[TurnsTold]) -> TurnsTold:
    """The turns of all consumers, and how many slots they have together."""
    every = list(told)
    slots = [it.slots for it in every if it.slots is not None]
    turns = tuple(turn for it in every for turn in it.turns)
    return TurnsTold(slots=sum(slots) if slots else None, turns=turns)


def one_status(told: Collection[ServiceStatus]) -> ServiceStatus | None:
    """The status of all consumers as one; None where none tells any."""
    return merged(list(told)) if told else None


def merged(told: Sequence[ServiceStatus]) -> ServiceStatus:
    """Sums, and each lane, server, tool, bot once; what one of them tells alone stays as it is."""
    if len(told) == 1:
        return told[0]
    return ServiceStatus(
        active_sessions=sum(it.active_sessions for it in told),
        busy_sessions=sum(it.busy_sessions for it in told),
        warm_sessions=len([it for it in _sessions(told) if not it.connected]),
        max_hot_sessions=sum(it.max_hot_sessions for it in told),
        memory_mb=sum(it.memory_mb for it in told),
        max_memory_mb=sum(it.max_memory_mb for it in told),
        turns=sum(it.turns for it in told),
        failed_turns=sum(it.failed_turns for it in told),
        evicted=sum(it.evicted for it in told),
        tiers=dict(sum((Counter(it.tiers) for it in told), Counter[str]())),
        cost_usd=sum(it.cost_usd for it in told),
        sessions=_sessions(told),
        spares=sum(it.spares for it in told),
        # Down somewhere is what is to be seen.
        servers=_once(
            sorted(chain.from_iterable(it.servers for it in told), key=lambda it: it.state == "up"),
            lambda it: (it.bot_id, it.server),
        ),
        tools=_tools(told),
        refused_keys=tuple(sorted({bot for it in told for bot in it.refused_keys})),
        broken_bot_files={bot: wrong for it in told for bot, wrong in it.broken_bot_files.items()},
        knowledge=_once(chain.from_iterable(it.knowledge for it in told), lambda it: (it.bot_id,)),
    )


def _sessions(told: Iterable[ServiceStatus]) -> tuple[SessionStatus, ...]:
    """What is connected, then what is on record, which all of them see."""
    every = sorted(chain.from_iterable(it.sessions for it in told), key=lambda it: not it.connected)
    return _once(every, lambda it: (it.room_id, it.bot_id))


def _tools(told: Iterable[ServiceStatus]) -> tuple[ToolStatus, ...]:
    sums: dict[tuple[str, str], ToolStatus] = {}
    for it in chain.from_iterable(status.tools for status in told):
        so_far = sums.get((it.bot_id, it.tool), ToolStatus(bot_id=it.bot_id, tool=it.tool))
        sums[it.bot_id, it.tool] = so_far.model_copy(
            update={name: getattr(so_far, name) + getattr(it, name) for name in _COUNTS}
        )
    return tuple(sums.values())


_COUNTS = ("calls", "ok", "failed", "denied", "interrupted", "seconds")


def _once(rows: Iterable[Row], key: Callable[[Row], tuple[object, ...]]) -> tuple[Row, ...]:
    """The first of each."""
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        found.setdefault(key(row), row)
    return tuple(found.values())
