"""Who may speak to which bot."""

import pytest

from ingress.access import Access, OperatorAccess
from shared.bots import Bot, Roster
from shared.errors import Unauthenticated, UnknownBot

ANN = Bot(id="ann", name="Ann", system_prompt="x")
BEN = Bot(id="ben", name="Ben", system_prompt="x")
KEYS = {"ann": "7-annannannann", "ben": "8-benbenbenben"}


def access(**changes: object) -> Access:
    return Access(Roster({"ann": ANN, "ben": BEN}, KEYS), KEYS, **changes)  # type: ignore[arg-type]


def test_a_bots_own_key_opens_it() -> None:
    """The key in room.path admits to the bot in the URL."""
    assert access().admit("ann", KEYS["ann"], None) is ANN


def test_without_a_name_the_key_names_the_bot() -> None:
    """POST /webhook goes to the bot whose key is in room.path."""
    assert access().admit(None, KEYS["ben"], None) is BEN


@pytest.mark.parametrize("key", [None, "", "7-wrong", KEYS["ben"], KEYS["ann"] + "x"])
def test_no_or_another_key_opens_nothing(key: str | None) -> None:
    """Another bot's key is no right to speak to this one."""
    with pytest.raises(Unauthenticated):
        access().admit("ann", key, None)


def test_the_token_opens_every_bot() -> None:
    """WEBHOOK_TOKEN in the query is a right of its own."""
    assert access(token="s3cret-token").admit("ann", None, "s3cret-token") is ANN


@pytest.mark.parametrize("token", [None, "", "wrong", "s3cret-toke"])
def test_a_wrong_token_opens_nothing(token: str | None) -> None:
    """A token that is missing or almost right is none."""
    with pytest.raises(Unauthenticated):
        access(token="s3cret-token").admit("ann", None, token)


def test_no_token_configured_is_never_matched() -> None:
    """An empty token in the query does not equal an absent setting."""
    with pytest.raises(Unauthenticated):
        access(token=None).admit("ann", None, "")


def test_an_unknown_bot_is_said_to_be_unknown() -> None:
    """404, whoever asks."""
    with pytest.raises(UnknownBot):
        access().admit("nobody", KEYS["ann"], None)


def test_open_access_still_needs_a_known_bot() -> None:
    """INGRESS_AUTH=off lets anybody in, to bots that exist."""
    assert access(open=True).admit("ben", None, None) is BEN
    with pytest.raises(UnknownBot):
        access(open=True).admit("nobody", None, None)


def test_the_default_bot_stands_in() -> None:
    """Without a name and without a known key the default bot is meant; the right is still asked."""
    assert access(open=True, default_bot="ben").admit(None, None, None) is BEN
    with pytest.raises(Unauthenticated):
        access(default_bot="ben").admit(None, "9-unknown", None)


def test_nobody_is_meant_without_a_default() -> None:
    """A right without a bot is a 404, no right a 401."""
    with pytest.raises(UnknownBot):
        access(open=True).admit(None, None, None)
    with pytest.raises(Unauthenticated):
        access().admit(None, None, None)


def test_keys_are_not_in_the_repr() -> None:
    """An object in a log line shows no key and no token."""
    shown = repr(access(token="s3cret-token"))
    assert "s3cret" not in shown
    assert "annann" not in shown


@pytest.mark.parametrize("stats_open", [True, False])
@pytest.mark.parametrize(
    ("shown", "admitted"),
    [("operators-token", True), ("operators-toke", False), ("", False), (None, False)],
)
def test_operators(shown: str | None, stats_open: bool, admitted: bool) -> None:
    """Whoever shows the token, wherever they are, and nobody else."""
    assert OperatorAccess("operators-token", stats_open).admits(shown) is admitted


def test_no_token_is_nobodys_right() -> None:
    """A token that got lost on the way lets nobody in."""
    assert not OperatorAccess("").admits("")


@pytest.mark.parametrize(
    ("host", "shown"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("evil.example", False), ("", False)],
)
def test_open_stats_are_shown_to_this_machine_by_its_own_name(host: str, shown: bool) -> None:
    """INGRESS_AUTH=off opens them; a page's server name rebound to us does not fit."""
    assert OperatorAccess("operators-token", stats_open=True).shows_stats_to(host) is shown
    assert not OperatorAccess("operators-token").shows_stats_to(host)
