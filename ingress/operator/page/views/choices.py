"""What a page's filters offer."""

from ingress.operator.page.views.view import Looking, Values

OUTCOMES = ("completed", "failed", "dead", "cancelled", "expired", "ignored")
STATES = ("waiting",)
SPANS_S = {"1h": 3600, "24h": 86_400, "7d": 7 * 86_400}


def bots(looking: Looking) -> list[tuple[str, str]]:
    """Those that take part, by name."""
    roster = looking.parts.access.roster
    return [(bot.id, bot.name) for bot in roster.taking_part]


def sessions(looking: Looking) -> list[tuple[str, str]]:
    """Conversations whose process lives."""
    return [("hot", looking.parts.page.templates.words.said_of("session", "hot"))]


def of_messages(looking: Looking) -> Values:
    """The filters of the messages."""
    words = looking.parts.page.templates.words
    return {
        "bot": bots(looking),
        "outcome": [(it, words.said_of("state", it)) for it in STATES]
        + [(it, words.said_of("outcome", it)) for it in OUTCOMES],
        "since": [(it, words.said_of("since", it)) for it in SPANS_S],
    }
