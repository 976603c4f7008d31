"""Certificates: that of the name counts, though an address is what is dialled."""

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from consumer import certificates
from consumer.toolboxes import ToolFailed
from consumer.web.fetching import Fetcher
from tests.integration.web.site import PUBLIC, Site, serving

DOMAINS = ("good.example", "other.example")


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def site(authority: trustme.CA) -> AsyncIterator[Site]:
    """It shows a certificate for good.example."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("good.example").configure_cert(tls)
    async with serving(tls) as site:
        yield site


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's SSL_CERT_FILE names that authority."""
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What is trusted is read once a process; here once a test."""
    certificates.trusted.cache_clear()
    yield
    certificates.trusted.cache_clear()


async def _fetch(site: Site, url: str) -> bytes:
    return (await Fetcher(site.resolve, site.dial).fetch(url, DOMAINS)).data


@pytest.mark.usefixtures("trusted")
async def test_the_certificate_of_the_name_is_good(site: Site) -> None:
    """The name is asked for and checked, the address dialled."""
    assert await _fetch(site, "https://good.example/") == b"hi"
    assert site.dialled == [(PUBLIC, 443)]


@pytest.mark.usefixtures("trusted")
async def test_another_names_is_not(site: Site) -> None:
    """Whoever answers at a name's address must be who the name says."""
    with pytest.raises(ToolFailed, match="could not be reached"):
        await _fetch(site, "https://other.example/")
    assert site.asked == []


async def test_nor_is_one_that_nobody_vouches_for(site: Site) -> None:
    """An unknown authority's certificate is none."""
    with pytest.raises(ToolFailed, match="could not be reached"):
        await _fetch(site, "https://good.example/")
    assert site.asked == []
