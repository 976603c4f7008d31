"""What people are told of budgets, as HTML: which, how much, and when it begins anew. Pure."""

from datetime import datetime, tzinfo

from consumer.budgets.reservations import Crossed, OutOf
from consumer.local_time import clock, zone_in_words
from shared.budgets import Counter, Used
from shared.budgets.counters import MICRO
from shared.catalogue import Catalogue


class Telling:
    """Sentences about one message's budgets. `person`: the writer's name, as HTML."""

    def __init__(self, sentences: Catalogue, person: str, now: datetime) -> None:
        """`now`: in the zone that times are told in."""
        self._sentences, self._person, self._now = sentences, person, now

    def refusal(self, it: OutOf) -> str:
        """That there is no answer, and which budget is spent."""
        return self._say("spent" if it.is_spent else "reserved", it.counter, it.unit)

    def warning(self, it: Crossed) -> str:
        """That not much of a budget is left."""
        return self._say("warning", it.counter, it.unit, share=f"{it.hundredths}%")

    def stopped(self, it: Crossed) -> str:
        """Why the answer ends here: Markdown, in the answer itself, which is to its asker."""
        to_them = Telling(self._sentences, self._sentences.say("budget.you"), self._now)
        return to_them._say("stopped", it.counter, it.unit)

    def stopped_turn(self, most: int) -> str:
        """Why the answer ends here, where it is all that one turn may use."""
        return self._sentences.say("budget.stopped_turn", most=f"{most:,}")

    def too_long(self, length: int, most: int) -> str:
        """That a message is too long to be read."""
        counts = {"count": f"{length:,}", "most": f"{most:,}"}
        return self._sentences.say("budget.too_long", person=self._person, **counts)

    def state(self, counter: Counter, used: Used) -> str:
        """How one stands, in every unit that it is bounded in."""
        amounts = [
            self._sentences.say(
                "budget.used",
                used=_number(unit, used.spent[unit] + used.running[unit]),
                limit=self._amount(unit, limit),
            )
            for unit, limit in counter.limits.items()
        ]
        return self._about("state", counter, amounts=self._sentences.say("comma").join(amounts))

    def _say(self, name: str, counter: Counter, unit: str, **more: str) -> str:
        return self._about(name, counter, limit=self._amount(unit, counter.limits[unit]), **more)

    def _about(self, name: str, counter: Counter, **more: str) -> str:
        whose = self._sentences.say(f"budget.whose.{counter.scope}", person=self._person)
        per = self._sentences.say(f"budget.per.{counter.per}")
        return self._sentences.say(
            f"budget.{name}", whose=whose, per=per, **self._ends(counter), **more
        )

    def _ends(self, counter: Counter) -> dict[str, str]:
        zone: tzinfo | None = self._now.tzinfo
        ends = counter.ends.astimezone(zone)
        return {"when": clock(ends, self._now), "zone": zone_in_words(ends)}

    def _amount(self, unit: str, amount: int) -> str:
        number = _number(unit, amount)
        if unit == "micro_usd":
            return number
        return self._sentences.say(f"budget.amount.{unit}", count=number)


def _number(unit: str, amount: int) -> str:
    """Dollars with their sign, as in `usage` of a conversation; anything else as it is."""
    if unit != "micro_usd":
        return f"{amount:,}"
    dollars = amount / MICRO
    return f"US${dollars:,.2f}" if dollars >= 0.1 else f"US${dollars:.4f}"
