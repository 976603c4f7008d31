"""The sign that stays on a message when it has ended. Pure."""

_SIGNS = {"completed": "✅", "cancelled": "⏹", "ignored": ""}
_TROUBLE = "⚠️"


def sign_of(ending: str) -> str:
    """The sign of a message that ended so (consumer.outcome.outcome); empty: none."""
    return _SIGNS.get(ending, _TROUBLE)
