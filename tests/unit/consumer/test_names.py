"""A person's name in a sentence of ours is that name, whatever it is."""

from datetime import UTC, datetime

import pytest

from consumer.agent.events import Tier
from consumer.control_words.state import state
from consumer.names import name_html
from consumer.queue.ticket import Ticket
from consumer.sessions.books.reports import Account
from consumer.turn.skipping import summary
from shared.catalogue import catalogue
from shared.lane import Lane, Line

EN = catalogue("en")
HOSTILE = [
    ("[Ada](http://evil.example) *x*", "[Ada](http://evil.example) *x*"),
    ("# `Ada` <b>", "# `Ada` &lt;b&gt;"),
    ("Ada\n\n> quoted", "Ada &gt; quoted"),
    ("Ada\u202e\u200b\x1b[2J", "Ada [2J"),
    ("\u200b ", "somebody"),
    ("x" * 300, "x" * 60 + "…"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_a_name_is_no_markup(name: str, shown: str) -> None:
    """On one line, escaped, and nothing unseen in it."""
    assert name_html(name, EN) == shown


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_what_is_told_of_the_absent_names_them_as_they_are(name: str, shown: str) -> None:
    """ "I was away", and what `status` says."""
    at = round(datetime(2026, 11, 23, 9, 5, tzinfo=UTC).timestamp() * 1000)
    ticket = Ticket("job", Line(Lane(2, "a")), at, at, 0, "7", name)
    (away,) = summary([ticket], datetime(2026, 11, 23, 10, tzinfo=UTC), EN).parts
    assert f"the message of {shown} from 09:05" in away
    said = state(None, [ticket], Account(Tier.COLD), EN, datetime(2026, 11, 23, 9, 6, tzinfo=UTC))
    assert f"1 message of {shown} waits" in said
