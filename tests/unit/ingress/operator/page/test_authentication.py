"""Who gets in to the operator's page, for how long, and with which right."""

import re

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.exceptions import RedisError
from starlette.responses import Response

from ingress.operator.page.authentication import cookies
from ingress.operator.page.authentication.attempts import MOST, REGAIN_S, Attempts
from ingress.operator.page.authentication.codes import LASTS_S as CODE_S
from ingress.operator.page.authentication.codes import Codes
from ingress.operator.page.authentication.log_ins import LASTS_S, LogIns
from ingress.operator.page.authentication.log_outs import LogOuts
from shared.keys import Keys

ADMIN, VIEW, NOW = "admin-token-0123456789", "view-token-0123456789", 1_800_000_000.0
SESSIONS = LogIns.of(ADMIN, VIEW)
CODES = Codes.of(ADMIN)


def test_each_token_opens_its_right_and_no_other_opens_any() -> None:
    """The admin token acts, the view token looks; a wrong, an empty, half a one does nothing."""
    assert SESSIONS.right_of(ADMIN) == "act"
    assert SESSIONS.right_of(VIEW) == "view"
    for wrong in ("", " ", ADMIN[:-1], VIEW + "x", "ü"):
        assert SESSIONS.right_of(wrong) is None
    assert LogIns.of(ADMIN, None).right_of("") is None


def test_a_session_is_read_back_until_it_ends() -> None:
    """The cookie says which right, for twelve hours, and holds no token."""
    cookie = SESSIONS.begin("act", NOW)
    session = SESSIONS.read(cookie, NOW + LASTS_S - 1)
    assert session is not None
    assert session.may_act
    assert SESSIONS.read(cookie, NOW + LASTS_S) is None
    assert ADMIN not in cookie


def test_no_cookie_can_be_changed_into_another_right_or_a_longer_life() -> None:
    """A reader's cookie with `act` before it, a later end, another signature: nobody's."""
    cookie = SESSIONS.begin("view", NOW)
    right, until, number, signature = cookie.split(".")
    for forged in (
        cookie.replace("view", "act"),
        f"{right}.{int(until) + 1}.{number}.{signature}",
        f"{right}.{until}.{number}.",
        f"{right}.{until}.{number}",
        "act....",
        "act",
        "",
        "\udcff",
    ):
        assert SESSIONS.read(forged, NOW) is None, forged


def test_another_token_ends_the_sessions_that_it_opened() -> None:
    """A new VIEW_TOKEN ends the readers', a new ADMIN_TOKEN the operators'; not each other's."""
    acting, looking = SESSIONS.begin("act", NOW), SESSIONS.begin("view", NOW)
    new_view = LogIns.of(ADMIN, "another-view-token-1")
    assert new_view.read(looking, NOW) is None
    assert new_view.read(acting, NOW) is not None
    assert LogIns.of("another-admin-token-1", VIEW).read(acting, NOW) is None


async def test_who_has_logged_out_is_out_everywhere_for_as_long_as_the_cookie_would_last() -> None:
    """In every process, and no other session with it."""
    redis, keys = FakeAsyncRedis(), Keys("t")
    one, other = (SESSIONS.read(SESSIONS.begin("act", NOW), NOW) for _ in range(2))
    assert one is not None
    assert other is not None
    await LogOuts().note(redis, keys, one)
    elsewhere = LogOuts()
    assert await elsewhere.are_of(redis, keys, one.id)
    assert not await elsewhere.are_of(redis, keys, other.id)
    assert LASTS_S - 5 < await redis.ttl(keys.page_over(one.id)) <= LASTS_S


async def test_without_redis_a_log_out_counts_in_its_process() -> None:
    """Of whoever is not known to be out there nothing is known, and then no page shows anything."""
    server = FakeServer()
    server.connected = False
    away = FakeAsyncRedis(server=server)
    session = SESSIONS.read(SESSIONS.begin("view", NOW), NOW)
    assert session is not None
    log_outs = LogOuts()
    with pytest.raises(RedisError):
        await log_outs.are_of(away, Keys("t"), session.id)
    with pytest.raises(RedisError):
        await log_outs.note(away, Keys("t"), session)
    assert await log_outs.are_of(away, Keys("t"), session.id)


def test_a_mark_tells_tokens_apart_and_opens_nothing() -> None:
    """The same in every process that has the same; what it signs is no code."""
    mark = Codes.of(ADMIN).mark
    assert mark == Codes.of(ADMIN).mark != Codes.of(f"{ADMIN}x").mark
    assert ADMIN not in mark
    assert Codes.of(ADMIN).proven(mark, NOW) is None
    assert Codes.of(ADMIN).proven(f"mark.{mark}", NOW) is None


async def test_a_code_opens_its_right_once() -> None:
    """The second time, in whatever process, it opens nothing."""
    redis, keys = FakeAsyncRedis(), Keys("t")
    code = CODES.new("act", NOW)
    assert await CODES.take(redis, keys, f" {code}\n", NOW + 1) == "act"
    assert await Codes.of(ADMIN).take(redis, keys, code, NOW + 2) is None


async def test_a_code_is_good_for_five_minutes_under_its_own_token() -> None:
    """Later, changed, or of another installation it opens nothing, and is not used up."""
    redis, keys = FakeAsyncRedis(), Keys("t")
    code = CODES.new("view", NOW)
    assert await CODES.take(redis, keys, code, NOW + CODE_S) is None
    assert await CODES.take(redis, keys, code.replace("view", "act"), NOW) is None
    assert await Codes.of("another-admin-token-1").take(redis, keys, code, NOW) is None
    assert await CODES.take(redis, keys, "", NOW) is None
    assert await CODES.take(redis, keys, code, NOW) == "view"


def test_a_session_is_no_code_and_a_code_no_session() -> None:
    """Both are signed from one secret, each for its purpose."""
    assert SESSIONS.read(CODES.new("act", NOW), NOW) is None
    assert CODES.proven(SESSIONS.begin("act", NOW), NOW) is None


def test_wrong_tokens_are_bounded_and_the_bound_heals() -> None:
    """After ten at once nothing is looked at until some seconds have passed; right ones cost
    nothing."""
    attempts = Attempts()
    for _ in range(MOST):
        assert attempts.wait_s(1000.0) == 0
        attempts.wrong(1000.0)
    assert attempts.wait_s(1000.0) == REGAIN_S
    assert attempts.wait_s(1000.0 + REGAIN_S) == 0
    attempts.wrong(1000.0 + REGAIN_S)
    assert attempts.wait_s(1000.0 + REGAIN_S) > 0


@pytest.mark.parametrize(
    ("scheme", "name", "secure"),
    [("https", "__Secure-campfire-operator", True), ("http", "campfire-operator", False)],
)
def test_the_cookie_is_as_strict_as_the_connection_allows(
    scheme: str, name: str, secure: bool
) -> None:
    """HttpOnly, SameSite=Strict, below /operator alone; over HTTPS `__Secure-` and Secure."""
    answer = Response()
    cookies.give(answer, scheme, "x")
    told = answer.headers["set-cookie"]
    assert told.startswith(f"{name}=x;")
    assert re.search("HttpOnly", told)
    assert re.search("SameSite=strict", told)
    assert re.search("Path=/operator", told)
    assert ("Secure;" in told + ";") is secure
    assert cookies.given({"campfire-operator": "x"}, "https") == ""
