"""Whose pages a bot may fetch: the `web.domains` of its file, each with all below it. Pure."""

from collections.abc import Sequence

from consumer.web.location import PORTS, Location


def is_among(location: Location, domains: Sequence[str]) -> bool:
    """Whether one of the domains, in lower case and punycode, covers that place.

    On the web's own ports alone: on others stand databases, and whatever a site keeps for itself.
    """
    if location.port not in PORTS.values():
        return False
    return any(_covers(domain, location.host) for domain in domains)


def _covers(domain: str, host: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
