"""arq's keys: they keep arq's names, so that any dashboard reads them."""

from collections.abc import Iterable

from arq.constants import (
    default_queue_name,
    health_check_key_suffix,
    in_progress_key_prefix,
    job_key_prefix,
    result_key_prefix,
    retry_key_prefix,
)

from shared.inbound import InboundMessage
from shared.keys.tag import Tag, plain
from shared.lane import Lane
from shared.numbers import whole_number


class ArqKeys(Tag):
    """The queue as arq sees it. Our tag is in each job id, since arq's prefixes are fixed."""

    __slots__ = ()

    @property
    def queue(self) -> str:
        """Zset: job id → ms at which it may start."""
        return f"{default_queue_name}:{self.tag}"

    @property
    def health(self) -> str:
        """The line of counters for which `arq --check` looks; lives as long as the lease."""
        return self.queue + health_check_key_suffix

    def job_id(self, message: InboundMessage) -> str:
        """The job id of a message: readable, and unique over every deployment in one Redis."""
        return self.named(message.bot_id, message.room_id, message.message_id)

    def log_context(self, message: InboundMessage) -> dict[str, str | int]:
        """What may be logged of a message, with the one id that it has from webhook to post."""
        return {**message.log_context(), "job": plain(self.job_id(message))}

    def lane_of(self, job_id: str) -> Lane | None:
        """The lane of a job id of ours, which names it; None for any other."""
        bot_id, _, rest = job_id.removeprefix(f"{self.tag}:").partition(":")
        room, _, message_id = rest.partition(":")
        room_id = whole_number(room)
        ours = job_id.startswith(f"{self.tag}:") and message_id
        return Lane(room_id, bot_id) if ours and room_id is not None else None

    def by_lane(self, job_ids: Iterable[str]) -> dict[Lane, list[str]]:
        """Our job ids, by the lane that each names; lanes and ids in the order given.

        Many are of few lanes, and to read a job id costs more than to see that it begins alike.
        """
        lanes: dict[str, Lane | None] = {}
        found: dict[Lane, list[str]] = {}
        for job_id in job_ids:
            beginning = job_id.rpartition(":")[0]
            if beginning not in lanes:
                lanes[beginning] = self.lane_of(job_id)
            if (lane := lanes[beginning]) is not None:
                found.setdefault(lane, []).append(job_id)
        return found

    def job(self, job_id: str) -> str:
        """The record of a job that has not finished."""
        return job_key_prefix + job_id

    def in_progress(self, job_id: str) -> str:
        """The mark of a job that runs; ours lives as long as its lease."""
        return in_progress_key_prefix + job_id

    def retry(self, job_id: str) -> str:
        """How often a job was started."""
        return retry_key_prefix + job_id

    def result(self, job_id: str) -> str:
        """The record of a job that has finished, with how it ended; kept a day, also for a run that
        repeats after a crash."""
        return result_key_prefix + job_id
