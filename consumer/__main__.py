"""`python -m consumer`: the worker process."""

from shared.startup.process import EXIT_FAILED, begin, exit_on_bad_configuration

if __name__ == "__main__":
    begin()

import asyncio
import os
import time

import structlog

from consumer.claude.environment import forget_secrets
from consumer.claude.uncaged import check_shell_tools
from consumer.composition.running import consume
from consumer.settings import ConsumerSettings
from shared.errors import QueueError
from shared.logs import configure_logs
from shared.redis.asking_sentinels import refuse_unknown_master
from shared.startup.admin_token import admin_token, tell_where
from shared.startup.data_dir import close_to_others
from shared.startup.exposure import tell_exposures
from shared.startup.settings import load_settings
from shared.startup.traces import trace

log = structlog.get_logger()


def main() -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError before anything starts."""
    settings = load_settings(ConsumerSettings)
    roster = settings.roster()
    check_shell_tools(*roster.values())
    # The web process asks for it: whichever of the two starts first writes it.
    admin_token(settings)
    forget_secrets()
    if settings.tz:
        os.environ["TZ"] = settings.tz  # the agents', and what their shells say
        time.tzset()
    configure_logs(settings.log_format, settings.log_level, process="worker")
    refuse_unknown_master(settings.redis_url)
    trace("campfire-ai-bot-worker", settings)
    tell_where(settings)
    close_to_others(settings.data_dir)
    tell_exposures()
    try:
        asyncio.run(consume(settings, roster))
    except QueueError as error:
        # Said in a sentence; whoever supervises this process starts it again.
        log.critical("consumer_ended", reason=str(error))
        raise SystemExit(EXIT_FAILED) from error


if __name__ == "__main__":
    exit_on_bad_configuration(main)
