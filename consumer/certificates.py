"""Whose certificates are trusted, for connections that this process makes itself."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Takes a tenth of a second to make; by the operator's `SSL_CERT_FILE` where there is one."""
    return httpx.create_ssl_context()
