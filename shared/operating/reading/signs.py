"""Whether it works, part by part: the lines that answer "the bot does not answer". Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.between_processes.heartbeat import Heartbeat, Neighbour
from shared.between_processes.service_status import ServiceStatus
from shared.operating.bots import Refusal
from shared.operating.now import Part, Sign

_BOTS_OWN: tuple[Part, ...] = ("keys", "files", "servers")
_WELL = ("up", "starting")


def signs(
    beat: Heartbeat | None,
    status: ServiceStatus | None,
    deliveries: Mapping[str, int],
    refusals: Mapping[str, Refusal],
    redis: Mapping[str, Any],
) -> Iterator[Sign]:
    """Whether each part works, in the order in which a message meets them.

    Campfire calls us, Redis, consumer, model, Campfire takes posts. `redis`: what its INFO says.
    """
    yield _deliveries(deliveries, refusals)
    yield _redis(redis)
    yield _consumer(beat)
    yield _model(beat)
    yield _neighbour("campfire", beat)
    yield from _kept(status)


def _deliveries(deliveries: Mapping[str, int], refusals: Mapping[str, Refusal]) -> Sign:
    """Wrong where something was turned away after the last that was taken in."""
    newest = max(deliveries.values(), default=None)
    refused = tuple(
        bot for bot, it in refusals.items() if it.at_ms > deliveries.get(bot, newest or 0)
    )
    if refused:
        latest = max(refusals[bot].at_ms for bot in refused)
        return Sign(part="deliveries", ok=False, why="refused", bots=refused, since_ms=latest)
    if newest is None:
        return Sign(part="deliveries", ok=None, why="none")
    return Sign(part="deliveries", ok=True, since_ms=newest)


def _redis(info: Mapping[str, Any]) -> Sign:
    """By its own INFO: whether it takes what is written."""
    most = info.get("maxmemory", 0)
    evicts = info.get("maxmemory_policy", "noeviction") != "noeviction"
    why = ""
    if info.get("role", "master") != "master":
        why = "read_only"
    elif info.get("aof_last_write_status", "ok") != "ok":
        why = "disk"
    elif most and not evicts and info.get("used_memory", 0) >= most:
        why = "full"
    return Sign(part="redis", ok=not why, why=why)


def _consumer(beat: Heartbeat | None) -> Sign:
    if beat is None:
        return Sign(part="consumer", ok=False, why="absent")
    if beat.draining:
        return Sign(part="consumer", ok=False, why="draining")
    return Sign(part="consumer", ok=True, since_ms=round(beat.at * 1000))


def _model(beat: Heartbeat | None) -> Sign:
    """A refused key is mended otherwise than a network: by the error's name, where it is told."""
    sign = _neighbour("model", beat)
    fault = beat.model_fault if beat else ""
    return sign.model_copy(update={"why": fault}) if fault and not sign.ok else sign


def _neighbour(part: Neighbour, beat: Heartbeat | None) -> Sign:
    if beat is None:
        return Sign(part=part, ok=None, why="no_consumer")
    failing = part in beat.failing
    return Sign(part=part, ok=not failing, why="failing" if failing else "")


def _kept(status: ServiceStatus | None) -> Iterator[Sign]:
    """Of the bots: Campfire's keys, files, MCP servers. With the last two they answer all the same,
    as they were, or without its tools."""
    if status is None:
        yield from (Sign(part=part, ok=None, why="unknown") for part in _BOTS_OWN)
        return
    refused, broken = sorted(status.refused_keys), sorted(status.broken_bot_files)
    away = sorted(f"{it.bot_id}: {it.server}" for it in status.servers if it.state not in _WELL)
    yield Sign(part="keys", ok=not refused, why="refused", bots=tuple(refused))
    yield Sign(part="files", ok=not broken, why="broken", bots=tuple(broken), grave=False)
    yield Sign(part="servers", ok=not away, why="away", bots=tuple(away), grave=False)
