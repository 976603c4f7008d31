"""What is there when a process has begun is looked at by no collection of garbage any more."""

import gc
from collections.abc import Iterator

import pytest

from shared.startup.process import begun


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.freeze()  # as tests/conftest.py has it


def test_what_is_built_is_not_looked_at_again() -> None:
    built = [[number] for number in range(1000)]
    begun()
    looked_at = {id(it) for it in gc.get_objects()}
    assert not {id(it) for it in built} & looked_at


def test_what_comes_later_is() -> None:
    begun()
    later = [object()]
    assert any(it is later for it in gc.get_objects())
