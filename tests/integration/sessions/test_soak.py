"""`make soak` in its short form."""

from pathlib import Path

from operate.launch.valkey import EmbeddedValkey
from tests.soak.__main__ import soak


async def test_a_short_soak_leaves_nothing(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    """Turns, evictions, resets, cancels and kills: every answer its question's, nothing leaked."""
    soaked = await soak(tmp_path, valkey, turns=24, lanes=8)
    assert soaked.problems == []
    assert soaked.done["answer"] > 12
    assert soaked.stats.turns
