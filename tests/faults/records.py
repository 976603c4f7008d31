"""Session records that tell who owns them, and under which fence each was saved."""

import time

import structlog

from consumer.archive.records import SessionRecord
from consumer.archive.redis_records import RedisRecords
from shared.lane import Lane

log = structlog.get_logger()


class ToldRecords(RedisRecords):
    """In Redis, as the service's own."""

    async def own(self, lane: Lane) -> int:
        """Told when Redis has said so: whatever is saved from then on comes after it."""
        fence = await super().own(lane)
        log.info("record_owned", lane=str(lane), number=fence)
        return fence

    async def save(self, record: SessionRecord, fence: int) -> bool:
        """Told with the moment at which it was sent."""
        began = time.time()
        is_new = await super().save(record, fence)
        log.info("record_saved", lane=str(record.lane), number=fence, began=began)
        return is_new
