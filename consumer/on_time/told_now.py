"""What time it is, as a turn's agent is told it: in the zone of whoever asks, or of what is due."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from redis.exceptions import RedisError

from shared.bots import REMIND, Bot
from shared.inbound import InboundMessage
from shared.on_time import Zones

log = structlog.get_logger()


class ToldNow:
    """Asks Redis for a person's zone only where the bot takes times from people."""

    def __init__(self, zones: Zones, now: Callable[[], datetime]) -> None:
        self._zones, self._now = zones, now

    async def __call__(self, message: InboundMessage, bot: Bot) -> datetime:
        """Now; `bot` as it is in the room. A zone that cannot be read is the bot's."""
        if message.firing is not None:
            return self._now().astimezone(ZoneInfo(message.firing.zone))
        person = message.user_id if REMIND in bot.campfire else None
        try:
            zone, _ = await self._zones.of(person, bot)
        except RedisError as error:
            log.warning("zone_not_read", error=type(error).__name__)
            zone, _ = await self._zones.of(None, bot)
        return self._now().astimezone(zone)
