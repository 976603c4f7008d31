"""Where an address leads."""

import pytest

from consumer.toolboxes import ToolFailed
from consumer.web.location import locate

NO_PLACE = [
    *("ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x"),
    *("gopher://example.org/", "example.org", "//example.org/", "", "https:///x", "https://"),
    *("http:example.org", "https://user@example.org/", "https://user:pw@example.org/"),
    *("https://example.org@evil.example/", "https://good.example\\@evil.example/"),
    *("https://good.example%2f@evil.example/", "https://exa mple.org/", "https://example.org/a b"),
    *("https://example.org/\r\nHost:x", "https://example.org/\t", "https://example.org\x00.x/"),
    *("https://exa%6dple.org/", "https://example..org/", "https://.example.org/"),
    *("https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://0x7f000001/"),
    *("https://2130706433/", "https://0177.0.0.1/", "https://①②⑦.0.0.1/", "https://127.0.0.1./"),
    *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/"),
    *("https://localhost/", "https://intranet/", "https://example.org:99999/"),
    *("https://ｅxample.org:x/", "https://example.org:-1/", "https://xn--/", "https://-a.example/"),
    "https://example.org/" + "a" * 2000,
]


@pytest.mark.parametrize("text", NO_PLACE)
def test_what_can_be_read_in_two_ways_is_read_in_none(text: str) -> None:
    """Other schemes, names before an @, numbers for names and odd signs are refused."""
    with pytest.raises(ToolFailed):
        locate(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Docs.EXAMPLE.org.:443/A?b=c#d", "https://docs.example.org/A?b=c"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://BÜCHER。example/", "https://xn--bcher-kva.example/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_one_place_has_one_form(text: str, told: str) -> None:
    """Case, a dot at the end, the usual port, a fragment and a name's script make no difference."""
    assert str(locate(text)) == told


@pytest.mark.parametrize(
    ("onward", "told"),
    [
        ("/b?c", "https://example.org/b?c"),
        ("c", "https://example.org/a/c"),
        ("//evil.example/", "https://evil.example/"),
        ("http://example.org/", "http://example.org/"),
    ],
)
def test_a_redirect_is_read_from_where_it_stands(onward: str, told: str) -> None:
    """A relative address is completed, and one that leads elsewhere leads there."""
    assert str(locate(onward, locate("https://example.org/a/b"))) == told
