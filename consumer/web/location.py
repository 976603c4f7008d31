"""Where an address leads, read once: what is checked is what is dialled and asked for. Pure."""

import re
from dataclasses import dataclass

import httpx

from consumer.toolboxes import ToolFailed

LONGEST = 2_000
"""Characters of an address."""
PORTS = {"http": 80, "https": 443}
_NEVER_TYPED = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
"""Blanks, control signs, `\\`: readers of addresses do not agree on what they mean."""
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last part that makes readers take all of it for an IPv4 address: 127.1, 0x7f.1, 2130706433."""


@dataclass(frozen=True, slots=True)
class Location:
    """One page on one server."""

    scheme: str
    host: str
    """As it stands in DNS: lower case, punycode, no dot at its end."""
    port: int
    target: str
    """Path and query."""

    def __str__(self) -> str:
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target}"


def locate(text: str, base: Location | None = None) -> Location:
    """The place that an address names, seen from `base`; raises ToolFailed for what is none."""
    if len(text) > LONGEST or _NEVER_TYPED.search(text):
        raise ToolFailed("That is no web address: it is too long, or holds blanks or odd signs.")
    try:
        url = httpx.URL(text)
        url = url if base is None else httpx.URL(str(base)).join(url)
    except (httpx.InvalidURL, ValueError):
        raise ToolFailed("That is no web address.") from None
    if url.scheme not in PORTS:
        raise ToolFailed("Only addresses that begin with https:// or http:// can be fetched.")
    if url.userinfo:
        raise ToolFailed("An address with a user name or password in it is not fetched.")
    port = PORTS[url.scheme] if url.port is None else url.port
    if not 0 < port < 65536:
        raise ToolFailed("That is no web address: there is no such port.")
    return Location(url.scheme, _host(url), port, url.raw_path.decode("ascii"))


def _host(url: httpx.URL) -> str:
    name = url.raw_host.decode("ascii", "replace").lower().removesuffix(".")
    if ":" in name or _A_NUMBER.fullmatch(name.rpartition(".")[2]):
        raise ToolFailed("Sites are fetched by their names, not by numbers.")
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise ToolFailed("That is no name of a site on the internet.")
    return name
