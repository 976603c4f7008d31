"""The sign that stays on a message when it has ended. Pure."""

_SIGNS = {"completed": "✅", "cancelled": "⏹", "ignored": ""}
_TROUBLE = "⚠️"
_REFUSED = "🚫"


def is_refused(ending: str, reason: str) -> bool:
    """Whether it is a message of somebody whom the bot does not answer (consumer.admission)."""
    return (ending, reason) == ("ignored", "refused")


def sign_of(ending: str, reason: str = "") -> str:
    """The sign of a message that ended so (consumer.outcome.outcome); empty: none."""
    if is_refused(ending, reason):
        return _REFUSED
    return _SIGNS.get(ending, _TROUBLE)
