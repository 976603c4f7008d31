"""What is said of sentinels at a start, and by the doctor."""

from collections.abc import Iterator

import pytest

from operate.doctor.at_redis import ask_redis, of_redis
from operate.doctor.finding import Mark
from operate.doctor.setup import told
from operate.launch.checks import check_redis
from operate.launch.environment import LaunchError
from shared.errors import ConfigurationError
from shared.redis.asking_sentinels import refuse_unknown_master
from shared.redis.client import redis_client
from shared.redis.master_pool import NoSentinelAnswers, UnknownMaster
from tests.sentinels import SentinelSet


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelSet]:
    """Nobody breaks them here."""
    folder = tmp_path_factory.mktemp("told") / "set"
    with SentinelSet(folder, password="hush0", sentinel_password="hush1") as running:
        yield running


async def test_what_is_wrong_is_told_in_a_sentence(sentinels: SentinelSet) -> None:
    """A name they do not know, a password they do not take, none of them there."""
    check_redis(sentinels.url)
    unknown = sentinels.url.replace("/mymaster", "/another")
    with pytest.raises(LaunchError) as told:
        check_redis(unknown)
    assert str(told.value) == (
        "REDIS_URL: the sentinels know no master called another; they know: mymaster."
    )
    with pytest.raises(LaunchError, match=r"^REDIS_URL: the sentinels want a password") as told:
        check_redis(sentinels.url.replace("hush1", "wrong"))
    assert "hush0" not in str(told.value)
    with pytest.raises(LaunchError, match=r"^REDIS_URL: .*/mymaster does not answer") as told:
        check_redis(sentinels.url.replace("hush0", "wrong"))
    assert "wrong" not in str(told.value)
    for url, expected in ((unknown, UnknownMaster), (_nobody(), NoSentinelAnswers)):
        async with redis_client(url) as redis:
            with pytest.raises(expected):
                await redis.ping()
    with pytest.raises(LaunchError, match=r"none of the sentinels at 127.0.0.1:1 answers"):
        check_redis(_nobody())


def _nobody() -> str:
    return "redis+sentinel://me:hush0@127.0.0.1:1/mymaster"


async def test_a_process_waits_for_sentinels_but_for_no_name_that_they_do_not_know(
    sentinels: SentinelSet,
) -> None:
    """It comes up with them, as with a Redis that is not there yet; a wrong name never will."""
    refuse_unknown_master(sentinels.url)
    refuse_unknown_master(_nobody())
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL: .* no master called another"):
        refuse_unknown_master(sentinels.url.replace("/mymaster", "/another"))


async def test_the_doctor_names_the_master_and_who_follows_it(
    sentinels: SentinelSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address, its sentinels, its replicas; what is wrong with the URL as the launcher does."""
    here = f"mymaster is 127.0.0.1:{sentinels.master.port}; 1 replica follows it"
    well = await _said(sentinels.url, monkeypatch)
    assert f"3 of 3 sentinels answer: {here}" in well[Mark.OK]
    wrong = await _said(sentinels.url.replace("/mymaster", "/another"), monkeypatch)
    assert "no master called another" in wrong[Mark.BROKEN]
    assert "none of the sentinels at" in (await _said(_nobody(), monkeypatch))[Mark.BROKEN]


async def _said(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[Mark, str]:
    """Of the group Redis, by mark; no password is in any finding."""
    monkeypatch.setenv("REDIS_URL", url)
    asked = told()
    found = of_redis(asked, await ask_redis(asked))
    assert not any("hush" in it.found + it.mend for it in found)
    return {mark: "\n".join(it.found for it in found if it.mark is mark) for mark in Mark}
