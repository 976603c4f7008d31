"""`python -m consumer.health`: exit code 0 while a consumer's heart beats, for a container's check.

It asks Redis, not the process: a consumer that lives but lost its queue is not healthy.
"""

import sys

import redis

from shared.keys import Keys
from shared.redis.client import blocking_client
from shared.startup.process import begin, exit_on_bad_configuration
from shared.startup.settings import SharedSettings, load_settings


def main() -> None:
    """Exit with 0 or 1; raises ConfigurationError."""
    settings = load_settings(SharedSettings)
    client = blocking_client(settings.redis_url, timeout_s=2)
    try:
        beats = client.exists(Keys(settings.redis_prefix).heartbeat)
    except redis.RedisError as error:
        sys.exit(f"Redis does not answer: {type(error).__name__}")
    finally:
        client.close()
    sys.exit(0 if beats else "no consumer's heart beats")


if __name__ == "__main__":
    begin()
    exit_on_bad_configuration(main)
