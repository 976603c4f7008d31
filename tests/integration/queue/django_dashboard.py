"""arq-django-admin as its own process: the job lists of one queue, as its pages show them, as JSON.

`python -m tests.integration.queue.django_dashboard URL QUEUE`
"""

import asyncio
import json
import sys

import django
from arq.connections import RedisSettings
from django.conf import settings


def main() -> None:
    """Print job id → status, function, arguments."""
    url, name = sys.argv[1:]
    settings.configure(
        INSTALLED_APPS=["arq_admin"],
        USE_TZ=True,
        ARQ_QUEUES={name: RedisSettings.from_dsn(url)},
        ARQ_DESERIALIZER_BY_QUEUE={name: json.loads},
    )
    django.setup()
    print(json.dumps(asyncio.run(_lists(name))))  # noqa: T201 - its answer


async def _lists(name: str) -> dict[str, list[object]]:
    from arq_admin.queue import Queue  # it needs the settings

    async with Queue.from_name(name) as queue:
        jobs = await queue.get_jobs()
    return {job.job_id: [job.status.value, job.function, list(job.args)] for job in jobs}


if __name__ == "__main__":
    main()
