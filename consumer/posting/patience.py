"""How often a post is tried that Campfire did not take."""

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from consumer.campfire.errors import CampfireUnavailable

POST_ATTEMPTS = 4


def patiently() -> AsyncRetrying:
    """A few tries within seconds; a longer outage is not waited out here."""
    return AsyncRetrying(
        retry=retry_if_exception_type(CampfireUnavailable),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        stop=stop_after_attempt(POST_ATTEMPTS),
        reraise=True,
    )
