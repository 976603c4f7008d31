"""Signed links: exactly one lane, exactly these rights, until exactly then, under one secret."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingress.live.links import Grant, Links
from shared.lane import Lane

LINKS = Links.of("a secret of some length")
LANE = Lane(2, "assistant")


def query(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def test_a_link_grants_what_it_says_until_it_ends() -> None:
    """A second before its end it opens the lane, at its end it does not."""
    given_ = query(LINKS.path(LANE, "talk", 1000, "Ada Lovelace"))
    assert LINKS.grant(LANE, given_, 999.0) == Grant(
        "talk", 1000, "Ada Lovelace", given_["signature"]
    )
    assert LINKS.grant(LANE, given_, 1000.0) is None


@pytest.mark.parametrize("lane", [Lane(3, "assistant"), Lane(2, "other"), Lane(22, "assistant")])
def test_a_link_opens_no_other_lane(lane: Lane) -> None:
    """The lane stands under the signature."""
    assert LINKS.grant(lane, query(LINKS.path(LANE, "read", 1000)), 1) is None


@pytest.mark.parametrize(
    "change",
    [
        {"rights": "talk"},
        {"rights": "admin"},
        {"rights": ""},
        {"expires": "9999"},
        {"expires": "1000 "},
        {"expires": "+1000"},
        {"expires": "१०००"},
        {"expires": "9" * 400},
        {"expires": ""},
        {"signature": ""},
        {"name": "Ada"},
        {"name": "\ud800"},
        {"signature": "é\ud800"},
    ],
)
def test_a_changed_link_is_worth_nothing(change: dict[str, str]) -> None:
    """More rights, more time, odd digits, no signature: no grant, and no exception."""
    assert LINKS.grant(LANE, query(LINKS.path(LANE, "read", 1000)) | change, 1) is None


@given(st.dictionaries(st.sampled_from(["expires", "rights", "signature"]), st.text()))
def test_nothing_made_up_is_a_link(made_up: dict[str, str]) -> None:
    """Whatever stands in a query, without the secret it opens nothing."""
    assert LINKS.grant(LANE, made_up, 1) is None


@pytest.mark.parametrize("changed", [{}, {"log_in": ""}, {"log_in": "ab13"}, {"log_in": "ab12\n"}])
def test_a_link_of_a_log_in_is_no_link_of_another_or_of_none(changed: dict[str, str]) -> None:
    """Whoever takes the log-in out of it has nothing that outlives it."""
    whole = query(LINKS.path(LANE, "read", 1000, log_in="ab12"))
    grant = LINKS.grant(LANE, whole, 1)
    assert grant is not None
    assert grant.log_in == "ab12"
    without = {name: value for name, value in whole.items() if name != "log_in"}
    assert LINKS.grant(LANE, without | changed, 1) is None


def test_another_secret_signs_otherwise() -> None:
    """Changing LINK_SECRET ends every link."""
    path = Links.of("another secret of that length").path(LANE, "read", 1000)
    assert LINKS.grant(LANE, query(path), 1) is None


def test_the_secret_is_not_shown() -> None:
    """Neither it nor the key stands in what a traceback could print."""
    assert repr(LINKS) == "Links()"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a" * 101, "a\x00", "a\u2028b"])
def test_nobody_talks_without_a_name(name: str) -> None:
    """A link to talk by names who speaks, in one line."""
    with pytest.raises(ValueError, match="needs a name"):
        LINKS.path(LANE, "talk", 1000, name)


def test_a_link_of_before_that_named_nobody_reads() -> None:
    """It was signed over lane, rights and end alone: it says talk, and reads."""
    signature = vars(Links)["_sign"](LINKS, LANE, "talk", "1000", "")
    old = {"expires": "1000", "rights": "talk", "signature": signature}
    assert LINKS.grant(LANE, old, 1) == Grant("read", 1000, "", signature)


@given(st.text(), st.text())
def test_no_two_names_have_one_signature(one: str, other: str) -> None:
    """Whatever stands in them, line breaks too."""
    sign = vars(Links)["_sign"]
    encoded = one.encode(errors="replace") == other.encode(errors="replace")
    assert (sign(LINKS, LANE, "talk", "1", one) == sign(LINKS, LANE, "talk", "1", other)) is encoded
