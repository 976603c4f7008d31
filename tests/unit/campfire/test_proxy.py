"""Which proxy is asked, by the variables that all programs read."""

import pytest

from consumer.campfire.requests.http import proxy_for

ALL = {"http_proxy": "http://one:1", "https_proxy": "http://two:2", "no_proxy": "bypassed.test"}


@pytest.mark.parametrize(
    ("variables", "url", "found"),
    [
        ({}, "http://campfire.test", None),
        (ALL, "http://campfire.test/path", "http://one:1"),
        (ALL, "https://campfire.test:8443", "http://two:2"),
        (ALL, "https://bypassed.test:8443", None),
        (ALL, "http://me:secret@bypassed.test", None),
        ({"all_proxy": "three:3"}, "https://campfire.test", "http://three:3"),
        ({"all_proxy": "three:3", "no_proxy": "*"}, "https://campfire.test", None),
        ({"HTTP_PROXY": "http://one:1"}, "http://[::1]:3000", "http://one:1"),
        ({"https_proxy": "http://two:2"}, "http://campfire.test", None),
    ],
)
def test_the_environment_names_it(
    variables: dict[str, str], url: str, found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By scheme, else for all; not for whom it excepts."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == found
