"""Where several consumers answer one looks for missed messages; the others ask it to."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from consumer.catch_up.catch_up import CatchUp
from tests.conftest import eventually


class Looks:
    """A catch-up without rooms, and what became of it."""

    def __init__(self, *, first: bool) -> None:
        self.first, self.looked, self.passed_on = first, 0, 0
        nothing: Any = SimpleNamespace()
        self.part = CatchUp(
            *(nothing, cast(Any, SimpleNamespace(all=self._rooms)), nothing),
            cast(Any, SimpleNamespace(look=self._look)),
            nothing,
            max_age_s=60,
            is_first=lambda: self.first,
            pass_on=self._pass_on,
        )

    async def _rooms(self) -> list[Any]:
        self.looked += 1
        return []

    async def _look(self) -> None:
        """Redis did not go back."""

    async def _pass_on(self) -> None:
        self.passed_on += 1


async def test_who_is_not_the_first_asks_it_and_looks_when_asked() -> None:
    """Trouble with Campfire concerns all; a command is for whom it reaches, whoever is first."""
    looks = Looks(first=False)
    running = asyncio.create_task(looks.part.run())
    looks.part._ask(after_s=0)  # as `troubled` does, in a while

    async def passed_on() -> bool:
        return looks.passed_on == 1

    await eventually(passed_on)
    assert looks.looked == 0
    await looks.part.ask()

    async def looked() -> bool:
        return looks.looked == 1

    await eventually(looked)
    assert looks.passed_on == 1
    running.cancel()


async def test_who_becomes_the_first_looks_once() -> None:
    """The former one may have died in the middle of it."""
    looks = Looks(first=True)
    running = [asyncio.create_task(it) for it in (looks.part.run(), looks.part.begin())]

    async def looked() -> bool:
        return looks.looked == 1

    await eventually(looked)
    for task in running:
        task.cancel()
