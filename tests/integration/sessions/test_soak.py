"""`make soak` in its short form."""

from pathlib import Path

import pytest

from operate.launch.valkey import EmbeddedValkey
from tests.soak.__main__ import DEEDS, soak

EACH_DEED_ONCE = 36
"""The first seed by which twelve turns have every deed."""


@pytest.mark.long
async def test_a_short_soak_leaves_nothing(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    """Turns, evictions, resets, cancels and kills: every answer its question's, nothing leaked."""
    soaked = await soak(tmp_path, valkey, turns=12, lanes=4, seed=EACH_DEED_ONCE)
    assert soaked.problems == []
    assert soaked.done.keys() >= DEEDS.keys()
    assert soaked.stats.turns
