"""What is asked along the way from Campfire to us: our port, the address it calls, its table."""

import asyncio
from pathlib import Path

from consumer.posted_files.storage import CampfireStorage
from operate.doctor.at_redis import AtRedis
from operate.doctor.finding import Finding, unknown, warning
from operate.doctor.groups.campfire import origin
from operate.doctor.groups.redis_server import Server
from operate.doctor.groups.webhook import (
    Way,
    delivery_findings,
    listener,
    way_findings,
)
from operate.doctor.groups.webhook_urls import entered, url_findings
from operate.doctor.setup import Setup
from operate.launch.environment import local_url


async def ask_way(told: Setup, base: str) -> Way | None:
    """Who listens where; None where the port is not known."""
    if told.port is None:
        return None
    return Way(
        host=told.host,
        port=told.port,
        here=await listener(local_url(told.host, told.port)),
        base=base,
        there=await listener(base) if base else None,
        campfire_url=told.get("CAMPFIRE_URL"),
        is_sandbox="CAMPFIRE_URL" in told.made_up,
    )


async def urls_in_campfire(told: Setup) -> list[Finding]:
    """Of the group Webhook what Campfire's own database says, where it is mounted."""
    storage = told.get("CAMPFIRE_STORAGE")
    if not storage or told.port is None:
        return []
    if trouble := await asyncio.to_thread(CampfireStorage(Path(storage)).trouble):
        mend = "Mount Campfire's /rails/storage read-only, for the service's user to read."
        return [warning(f"CAMPFIRE_STORAGE: {trouble}", mend)]
    urls = await asyncio.to_thread(entered, Path(storage))
    ours = {bot_id: told.user_id(bot_id) for bot_id in told.keys}
    places = {origin(url) for user_id, url in (urls or {}).items() if user_id in ours.values()}
    answering = {place: await listener(place) for place in places}
    return list(url_findings(urls, ours, answering, told.port))


def of_way(told: Setup, way: Way | None, redis: AtRedis) -> list[Finding]:
    """The rest of the group Webhook."""
    if way is None:
        nothing = [unknown("PORT is 0, any free one: only the log of the web process says which")]
        return [] if told.problems_of("Webhook") else nothing
    rows = redis.rows if isinstance(redis, Server) else ()
    return [*way_findings(way), *delivery_findings(way, told.keys, rows)]
