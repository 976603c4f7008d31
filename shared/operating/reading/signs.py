"""Whether it works, part by part: the eight lines that answer "the bot does not answer". Pure."""

from collections.abc import Iterator, Mapping

from shared.between_processes.heartbeat import Heartbeat, Neighbour
from shared.between_processes.service_status import ServiceStatus
from shared.operating.bots import Refusal
from shared.operating.now import Sign


def signs(
    beat: Heartbeat | None,
    status: ServiceStatus | None,
    deliveries: Mapping[str, int],
    refusals: Mapping[str, Refusal],
) -> Iterator[Sign]:
    """In the way of a message: Campfire calls us, Redis, consumer, model, Campfire takes posts."""
    yield _deliveries(deliveries, refusals)
    yield Sign(part="redis", ok=True)
    yield _consumer(beat)
    yield _neighbour("model", beat)
    yield _neighbour("campfire", beat)
    refused, broken = _kept(status)
    known = status is not None
    yield Sign(part="keys", ok=not refused if known else None, why="refused", bots=refused)
    yield Sign(part="files", ok=not broken if known else None, why="broken", bots=broken)


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


def _consumer(beat: Heartbeat | None) -> Sign:
    if beat is None:
        return Sign(part="consumer", ok=False, why="absent")
    if beat.draining:
        return Sign(part="consumer", ok=False, why="draining")
    return Sign(part="consumer", ok=True, since_ms=round(beat.at * 1000))


def _neighbour(part: Neighbour, beat: Heartbeat | None) -> Sign:
    if beat is None:
        return Sign(part=part, ok=None, why="no_consumer")
    failing = part in beat.failing
    return Sign(part=part, ok=not failing, why="failing" if failing else "")


def _kept(status: ServiceStatus | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if status is None:
        return (), ()
    return tuple(sorted(status.refused_keys)), tuple(sorted(status.broken_bot_files))
