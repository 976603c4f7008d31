"""`make soak ARGS="--consumers 3"` in its short form."""

from pathlib import Path

import pytest

from operate.launch.valkey import EmbeddedValkey
from tests.soak.several import shared_soak


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_short_soak_of_three_consumers_leaves_nothing(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    """Deploys among them: each answer its question's, once; lanes move; nothing is left."""
    soaked = await shared_soak(tmp_path, valkey.url, messages=150, lanes=5, seconds=200, a_deploy=6)
    assert soaked.problems == []
    assert soaked.done["deployed"] >= 2  # either of the two: one of them may have had no lane
