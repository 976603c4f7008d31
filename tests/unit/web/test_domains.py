"""Whose pages a bot may fetch."""

import pytest

from consumer.web.domains import is_among
from consumer.web.location import locate
from shared.bots import Web


@pytest.mark.parametrize(
    ("domain", "address"),
    [
        ("example.org", "https://example.org/"),
        ("example.org", "http://EXAMPLE.ORG.:80/x"),
        ("Example.Org.", "https://example.org:443/"),
        ("example.org", "https://a.b.example.org/"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("xn--bcher-kva.example", "https://bücher.example/"),
        ("Bücher.example", "https://a.BÜCHER.example/"),
        ("faß.example", "https://faß.example/"),
    ],
)
def test_what_a_domain_covers(domain: str, address: str) -> None:
    """A site and those below it, in whatever form the file or the model writes the name."""
    assert is_among(locate(address), Web(domains=(domain,)).domains)


@pytest.mark.parametrize(
    ("domain", "address"),
    [
        ("www.example.org", "https://example.org/"),
        ("example.org", "https://notexample.org/"),
        ("example.org", "https://example.org.evil.example/"),
        ("example.org", "https://evil.example/?example.org"),
        ("example.org", "https://evil.example/#.example.org"),
        ("example.org", "https://example.org:8443/"),
        ("example.org", "http://example.org:6379/"),
        ("faß.example", "https://fass.example/"),
        ("аpple.example", "https://apple.example/"),  # Cyrillic, as the next
        ("apple.example", "https://аpple.example/"),
    ],
)
def test_what_it_does_not(domain: str, address: str) -> None:
    """A name within another, a name that looks like another, another port are not the site."""
    assert not is_among(locate(address), Web(domains=(domain,)).domains)


def test_no_domain_is_no_site() -> None:
    """Where a file names none, nothing may be fetched."""
    assert not is_among(locate("https://example.org/"), [])
