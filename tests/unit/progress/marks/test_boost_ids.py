"""Which ids a lost boost may have; no other of ours is ever among them."""

import asyncio

from fakeredis import FakeAsyncRedis

from consumer.progress.marks.boost_ids import MOST_GUESSED, MOST_KNOWN, BoostIds
from shared.keys import Keys


def boost_ids() -> BoostIds:
    return BoostIds(FakeAsyncRedis(), Keys("boosts-test"))


async def test_what_we_know_is_no_candidate() -> None:
    """A guess takes down what it hits: the boosts of our other messages are left out."""
    ids = boost_ids()
    for known in (3, 5, 9):
        await ids.keep(known)
    async with ids.unknown(above=3, below=9) as candidates:
        assert candidates == [8, 7, 6, 4]
    async with ids.making() as newest:
        assert newest == 9


async def test_guesses_are_few() -> None:
    """The nearest below our own, where nothing was known before; none where nothing fits."""
    ids = boost_ids()
    async with ids.making() as newest:
        assert newest == 0
    async with ids.unknown(above=0, below=1000) as candidates:
        assert candidates == list(range(999, 999 - MOST_GUESSED, -1))
    async with ids.unknown(above=7, below=3) as candidates:
        assert candidates == []


async def test_the_newest_are_remembered() -> None:
    """Of many, as many as fit: what is older than all guesses is not needed."""
    ids = boost_ids()
    for number in range(1, MOST_KNOWN + 11):
        await ids.keep(number)
    async with ids.unknown(above=0, below=21) as candidates:
        assert candidates == list(range(10, 0, -1))


async def test_nobody_guesses_while_an_id_is_on_its_way() -> None:
    """It is unknown until it arrives, and would be taken for the lost one."""
    ids, found = boost_ids(), []

    async def guess() -> None:
        async with ids.unknown(above=0, below=3) as candidates:
            found.extend(candidates)

    async with ids.making():
        guessing = asyncio.create_task(guess())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not found
        await ids.keep(2)
    await guessing
    assert found == [1]


async def test_nobody_makes_one_while_somebody_guesses() -> None:
    """The same the other way round."""
    ids, made = boost_ids(), []

    async def make() -> None:
        async with ids.making():
            made.append(True)

    async with ids.unknown(above=0, below=1):
        making = asyncio.create_task(make())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not made
    await making
    assert made
