"""The sign that stays on a message."""

import pytest

from consumer.admission import REFUSED
from consumer.progress.ending_signs import sign_of


@pytest.mark.parametrize(
    ("ending", "reason", "sign"),
    [
        ("completed", "", "✅"),
        ("cancelled", "", "⏹"),
        ("failed", "", "⚠️"),
        ("ignored", "", ""),
        ("ignored", "AskedByBot", ""),
        ("ignored", REFUSED, "🚫"),
        ("failed", REFUSED, "⚠️"),
    ],
)
def test_how_it_ended_is_seen(ending: str, reason: str, sign: str) -> None:
    """Whom a bot does not answer is told by 🚫; between bots nothing is."""
    assert sign_of(ending, reason) == sign
