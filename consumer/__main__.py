"""`python -m consumer`: the worker process."""

import asyncio

from consumer.composition import consume
from consumer.sessions.environment import check_shell_tools, forget_secrets
from consumer.settings import ConsumerSettings
from shared.logs import configure_logs
from shared.process import exit_on_bad_configuration
from shared.settings import load_settings


def main() -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError before anything starts."""
    settings = load_settings(ConsumerSettings)
    bots = settings.bots()
    check_shell_tools((bot.id, bot.tools) for bot in bots.values())
    forget_secrets()
    configure_logs(settings.log_format, settings.log_level, process="worker")
    asyncio.run(consume(settings, bots))


if __name__ == "__main__":
    exit_on_bad_configuration(main)
