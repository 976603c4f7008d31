"""What an operator gives to `arq --check`: where Redis is, and which queue is meant."""

import os
from typing import ClassVar

from arq.connections import RedisSettings


class WorkerSettings:
    """Read by arq's command line."""

    functions: ClassVar[list[str]] = []
    redis_settings = RedisSettings.from_dsn(os.environ.get("REDIS_URL", "redis://127.0.0.1"))
    queue_name = os.environ.get("QUEUE", "arq:queue:{campfire}")
