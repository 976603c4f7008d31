"""What `status` and `usage` say of a lane, as HTML. Pure."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from consumer.local_time import clock, zone_in_words
from consumer.mcp.missing_servers import server_missing
from consumer.names import names_html
from consumer.queue.ticket import Ticket
from consumer.sessions import Account
from shared.catalogue import Catalogue


def state(
    running: Ticket | None,
    waiting: Sequence[Ticket],
    account: Account,
    sentences: Catalogue,
    now: datetime,
    *,
    paused: bool = False,
) -> str:
    """What runs, what waits, what the next message meets, and the cost so far."""
    meets = "paused" if paused else "busy" if running or waiting else account.tier.value
    lines = [
        _running(running, sentences, now),
        _waiting(waiting, sentences),
        sentences.say(f"control.tier.{meets}"),
    ]
    if account.record is not None:
        cost = _dollars(account.record.cost)
        lines.append(sentences.say("control.cost", turns=account.record.turns, cost=cost))
    lines += troubles(account, sentences)
    return "<br>".join(lines)


def cost_so_far(account: Account, sentences: Catalogue, zone: tzinfo | None) -> str:
    """Turns, tokens and cost of the lane's session, and since when."""
    record = account.record
    if record is None:
        return sentences.say("control.unused")
    began = record.created_at.astimezone(zone)
    return sentences.say(
        "control.usage",
        date=f"{began:%Y-%m-%d}",
        time=f"{began:%H:%M}",
        zone=zone_in_words(began),
        turns=record.turns,
        read=f"{record.input_tokens:,}",
        written=f"{record.output_tokens:,}",
        cost=_dollars(record.cost),
    )


def troubles(account: Account, sentences: Catalogue) -> list[str]:
    """A sentence for each MCP server of the bot's that does not serve."""
    return [server_missing(it, sentences) for it in account.missing]


def _running(ticket: Ticket | None, sentences: Catalogue, now: datetime) -> str:
    if ticket is None:
        return sentences.say("control.idle")
    began = datetime.fromtimestamp(ticket.started_ms / 1000, now.tzinfo)
    minutes, seconds = divmod(max(0, round((now - began).total_seconds())), 60)
    kind = "minutes" if minutes else "seconds"
    return sentences.say(
        "control.running",
        person=_names([ticket], sentences),
        time=clock(began, now),
        zone=zone_in_words(began),
        elapsed=sentences.say(f"progress.{kind}", minutes=minutes, seconds=seconds),
    )


def _waiting(tickets: Sequence[Ticket], sentences: Catalogue) -> str:
    if not tickets:
        return sentences.say("control.waiting.none")
    kind = "one" if len(tickets) == 1 else "many"
    people = _names(tickets, sentences)
    return sentences.say(f"control.waiting.{kind}", count=len(tickets), people=people)


def _names(tickets: Sequence[Ticket], sentences: Catalogue) -> str:
    return names_html((ticket.user_name for ticket in tickets), sentences)


def _dollars(amount: float) -> str:
    """Cents, and where there are none to speak of, the first digits that are."""
    return f"US${amount:.2f}" if amount >= 0.1 else f"US${amount:.4f}"
