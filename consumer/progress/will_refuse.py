"""Whether a message that waits will be answered at all, as far as its bot's file says now."""

from collections.abc import Mapping

from consumer.queue.waiting.who_waits import WaitingRoom
from shared.bots import Bot
from shared.bots.admission import why_not
from shared.inbound import InboundMessage


class WillRefuse:
    """Looks at what was said by whom; raises redis.RedisError."""

    def __init__(self, room: WaitingRoom, bots: Mapping[str, Bot]) -> None:
        self._room, self._bots = room, bots

    async def __call__(self, job_id: str) -> bool:
        """Whether it will not be answered; what has ended, or cannot be read, is not known to."""
        try:
            message = await self._room.message(job_id)
        except ValueError:
            return False  # the lane's turn comes to it and says what is wrong
        return message is not None and will_refuse(self._bots, message)


def will_refuse(bots: Mapping[str, Bot], message: InboundMessage) -> bool:
    """Whether the message's bot does not answer it."""
    bot = bots.get(message.bot_id)
    return bot is not None and why_not(bot, message) is not None
