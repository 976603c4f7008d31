"""By which names the page is shown, and which requests come from it."""

import pytest

from ingress.operator.page.answers import own_path
from ingress.operator.page.authentication.addresses import called, is_ours, is_own_page

NAMED = {"bots.example.com"}


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost:5002", True),
        ("LOCALHOST", True),
        ("127.0.0.1:5002", True),
        ("10.1.2.3", True),
        ("[::1]:5002", True),
        ("bots.example.com", True),
        ("bots.example.com:8443", True),
        ("Bots.Example.com.", True),
        ("evil.example", False),
        ("bots.example.com.evil.example", False),
        ("localhost.evil.example", False),
        ("evil.example@127.0.0.1", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_names_of_ours_show_the_page(host: str, ours: bool) -> None:
    """A name that was rebound to us is somebody else's, whatever it begins or ends with."""
    assert is_ours(called(host), NAMED) is ours


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        # The browser says so itself, whatever a proxy made of the host.
        ({"sec-fetch-site": "same-origin", "host": "127.0.0.1:5002"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://chat.example.com"}, False),
        ({"sec-fetch-site": "none"}, False),
        # An older browser, or plain HTTP by another name than localhost: Origin.
        ({"origin": "http://10.1.2.3:5002", "host": "10.1.2.3:5002"}, True),
        ({"origin": "https://bots.example.com", "host": "bots.example.com"}, True),
        ({"origin": "https://bots.example.com:8443", "host": "bots.example.com:8443"}, True),
        ({"origin": "https://bots.example.com:8443", "host": "bots.example.com"}, False),
        ({"origin": "http://10.1.2.3:3000", "host": "10.1.2.3"}, False),
        ({"origin": "https://bots.example.com", "host": "bots.example.com:443"}, True),
        ({"origin": "http://10.1.2.3:3000", "host": "10.1.2.3:5002"}, False),
        ({"origin": "https://evil.example", "host": "bots.example.com"}, False),
        ({"origin": "null", "host": "bots.example.com"}, False),
        ({"origin": "http://[", "host": "bots.example.com"}, False),
        ({"origin": "http://[x]", "host": "bots.example.com"}, False),
        ({"host": "bots.example.com"}, False),
        ({"origin": "https://bots.example.com"}, False),
        ({}, False),
    ],
)
def test_a_button_counts_only_from_our_own_page(headers: dict[str, str], own: bool) -> None:
    """Another site's form, a sandboxed frame, a neighbour under the same address: nothing."""
    assert is_own_page(headers) is own


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/operator/lanes?bot=assistant", "/operator/lanes?bot=assistant"),
        ("/operator", "/operator"),
        ("https://evil.example/operator", "/operator"),
        ("//evil.example/operator", "/operator"),
        ("/operatorx", "/operator"),
        ("/operator\r\nX: y", "/operator"),
        ("javascript:alert(1)", "/operator"),
        ("//[", "/operator"),
        ("", "/operator"),
    ],
)
def test_a_button_leads_back_to_a_page_of_ours_and_nowhere_else(path: str, leads_to: str) -> None:
    """What a form says of the way back is looked at."""
    assert own_path(path) == leads_to
