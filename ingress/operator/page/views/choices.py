"""What a page's filters offer."""

from ingress.operator.page.views.view import Looking, Values

OUTCOMES = ("completed", "failed", "dead", "cancelled", "expired", "ignored")
STATES = ("waiting",)
SPANS_S = {"1h": 3600, "24h": 86_400, "7d": 7 * 86_400}


def bots(looking: Looking) -> list[tuple[str, str]]:
    """The bots that take part, by name."""
    roster = looking.parts.access.roster
    return [(bot.id, bot.name) for bot in roster.taking_part]


def sessions(looking: Looking) -> list[tuple[str, str]]:
    """Conversations whose process lives."""
    return [("hot", looking.parts.page.templates.texts.said_of("session", "hot"))]


def of_messages(looking: Looking) -> Values:
    """The filters of the messages."""
    texts = looking.parts.page.templates.texts
    return {
        "bot": bots(looking),
        "outcome": [(it, texts.said_of("state", it)) for it in STATES]
        + [(it, texts.said_of("outcome", it)) for it in OUTCOMES],
        "since": [(it, texts.said_of("since", it)) for it in SPANS_S],
    }
