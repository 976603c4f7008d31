"""Addresses of our own pages. Pure."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address(path: str, query: Mapping[str, str]) -> str:
    """A path of ours with its query."""
    return f"{path}?{urlencode(query)}" if query else path
