"""What accept.lua is called with of a message: its names in Redis, and its values."""

import json
import secrets
from itertools import count

from shared.acceptance.loop_guard import LoopGuard
from shared.between_processes.live_events import queued
from shared.inbound import InboundMessage
from shared.keys import ANSWER, FAR_FUTURE_MS, Keys, plain
from shared.lane import Line
from shared.numbers import whole_number
from shared.redis.wire import to_wire

REMEMBER_SECONDS = 7 * 24 * 3600
"""How long a second delivery of the same message is recognised."""

KNOWN_ROOMS = 500
"""How many lanes are remembered as known, those used last."""

MOST_CALLS = 10**9
"""How many acceptances one process may number before it reaches another's numbers."""


class Call:
    """Puts together what accept.lua takes; what is the same for every message, once."""

    def __init__(self, keys: Keys, guard: LoopGuard) -> None:
        self._keys = keys
        self._guard = guard
        self._message, self._lane = keys.message(""), keys.lane_prefix
        self._queue = keys.queue, keys.lanes, keys.wake
        self._bots_and_rooms = keys.foreign_bots, keys.recent_lanes, keys.room_names
        self._control_due = keys.control_due
        self._last = keys.format, keys.arrivals
        self._numbers = count(secrets.randbits(48) * MOST_CALLS)

    def names(self, message: InboundMessage, job_id: str, line: Line) -> list[str]:
        """The script's KEYS."""
        keys = self._keys
        return [
            keys.seen(message),
            f"{self._message}{job_id}",
            f"{self._lane}{line}",
            keys.job(job_id),
            *self._queue,
            keys.hops(message.room_id),
            keys.bot_rate(message),
            *self._bots_and_rooms,
            keys.events(line.lane),
            self._control_due,
            keys.first_accepted(message.room_id),
            *self._last,
        ]

    def marks(self, job_id: str, *, is_late: bool) -> list[str | bytes | int]:
        """The last of ARGV, for a message that is handed over: a number of this call alone, in
        whichever process, and arq's mark of what runs. None is that comes late: others that do may
        go before it."""
        return ["" if is_late else next(self._numbers), self._keys.in_progress(job_id)]

    def values(self, message: InboundMessage, job_id: str, line: Line) -> list[str | bytes | int]:
        """The script's ARGV, as far as the message tells them."""
        return [
            job_id,
            str(line),
            message.model_dump_json(),
            arq_ticket(message),
            "" if whole_number(message.message_id) is None else message.message_id,
            FAR_FUTURE_MS,
            REMEMBER_SECONDS,
            self._message,
            "" if message.user_id is None else message.user_id,
            "nobody" if message.is_unattended else int(message.from_bot),
            self._guard.hop_limit,
            int(self._guard.answers(message.bot_id)),
            self._guard.rate_per_hour,
            json.dumps(message.room_name),
            KNOWN_ROOMS,
            queued(plain(job_id), message.accepted_ms),
            int(message.control is not None),
        ]


def arq_ticket(message: InboundMessage) -> bytes:
    """arq's job record: short, and without text or keys, since dashboards print it."""
    arguments = [message.room_id, message.bot_id, message.message_id]
    return to_wire({"t": None, "f": ANSWER, "a": arguments, "k": {}, "et": message.accepted_ms})
