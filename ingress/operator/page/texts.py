"""Numbers, times and names of things in the words of people. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from shared.catalogue import Catalogue
from shared.operating.now import Sign
from shared.operating.pauses import Scope
from shared.operating.timeline import Step

_NAMED = {"started": "tier", "settled": "outcome"}
"""Steps whose name is a word of ours, and of which kind."""
_WORD = re.compile(r"(?<![\w-])[a-z][a-z_-]*(?![\w-])")
_STEPS = (("s", 60), ("min", 60), ("h", 24), ("d", 0))


class InRoom(Protocol):
    """What is in a room."""

    @property
    def room_id(self) -> int:
        """Campfire's number."""
        ...

    @property
    def room(self) -> str | None:
        """Its name, where that is known."""
        ...


class PageTexts:
    """What the page says, in one language."""

    def __init__(self, sentences: Catalogue) -> None:
        self._sentences = sentences

    def say(self, name: str, /, **values: object) -> str:
        """A sentence of the page's; raises KeyError for one that there is not."""
        return self._sentences.say(f"page.{name}", **values)

    def said_of(self, kind: str, name: str) -> str:
        """What a thing of a kind is called; its own name where it came with another version."""
        full = f"page.{kind}.{name}"
        return self._sentences.say(full) if self._sentences.knows(full) else name

    def room(self, row: InRoom) -> str:
        """A room by its name and number; by its number where only that is known."""
        return self.room_named(row.room_id, row.room)

    def room_named(self, room_id: int, name: str | None) -> str:
        """The same, of a room that is no part of a row."""
        if name is None:
            return self.say("room.numbered", room=room_id)
        return self.say("room.named", name=name, room=room_id)

    def scope(self, scope: Scope, names: Mapping[int, str]) -> str:
        """What a pause holds; `names`: of the rooms, where they are known."""
        if scope.bot_id is not None:
            return self.say("scope.bot", bot=scope.bot_id)
        if scope.room_id is None:
            return self.say("scope.all")
        name = names.get(scope.room_id)
        if name is None:
            return self.say("scope.room", room=scope.room_id)
        return self.say("scope.room_named", name=name, room=scope.room_id)

    def sign(self, sign: Sign) -> str:
        """What is said of a part of the service."""
        if sign.ok:
            return self.said_of(f"sign_says.{sign.part}", "good")
        known = sign.ok is not None or sign.part not in ("keys", "files", "servers")
        return self.said_of(f"sign_says.{sign.part}", sign.why if known else "unknown")

    def since(self, iso: str, now: float) -> str:
        """How long ago a moment was that is written as ISO 8601."""
        try:
            return self.ago(datetime.fromisoformat(iso).timestamp(), now)
        except ValueError:
            return iso

    def until(self, at_ms: int, now: float) -> str:
        """How far ahead a moment is; one that is over is due."""
        ahead = round(at_ms / 1000 - now)
        return self.say("in_span", span=self._span(ahead)) if ahead > 0 else self.say("on_time.due")

    def after(self, at_ms: int, first_ms: int) -> str:
        """How long after the first moment another is."""
        return f"+{self.took((at_ms - first_ms) / 1000)}" if at_ms > first_ms else ""

    def step(self, step: Step) -> str:
        """A step of a message's timeline."""
        kind = _NAMED.get(step.what)
        name = self.said_of(kind, step.name) if kind else step.name
        what = f"{step.what}_failed" if step.failed else step.what
        span = "" if step.seconds is None else self.say("span", span=self.took(step.seconds))
        return self.say(f"step.{what}", name=name, span=span).strip()

    def reason(self, reason: str) -> str:
        """Why a message ended or is tried again: the first line of what the room was told."""
        for kind in ("page.reason", "error"):
            if self._sentences.knows(f"{kind}.{reason}"):
                return self._sentences.say(f"{kind}.{reason}")
        return reason

    def how(self, *said: str | None) -> str:
        """How something of the audit came about: words of ours in people's, numbers as they are."""
        return " · ".join(_WORD.sub(self._how, it) for it in said if it) or "–"

    def _how(self, word: re.Match[str]) -> str:
        return self.said_of("how", word[0])

    def took(self, seconds: float | None) -> str:
        """A span in one unit, two where the first is small: `1 min 20 s`, `3 h`; – for none."""
        if seconds is None:
            return "–"
        if seconds < 10:
            return self._unit("s", f"{max(0.0, seconds):.1f}".removesuffix(".0"))
        return self._span(round(seconds))

    def ago(self, at: float | None, now: float) -> str:
        """When something was, seen from now; both in seconds since the epoch."""
        if at is None:
            return self.say("never")
        return self.say("ago", span=self._span(max(0, round(now - at)), coarse=True))

    def money(self, dollars: float | None) -> str:
        """Dollars, to the cent, or to the tenth of one where there are few."""
        if dollars is None:
            return "–"
        return f"${dollars:,.2f}" if dollars >= 0.1 or not dollars else f"${dollars:.3f}"

    def count(self, number: int | None) -> str:
        """A count with a mark every three digits."""
        return "–" if number is None else f"{number:,}"

    def amount(self, unit: str, amount: int) -> str:
        """An amount of what a budget counts: money, tokens, messages."""
        if unit == "micro_usd":
            return self.money(amount / 1_000_000)
        return self.say(f"amount.{unit}" if amount != 1 else f"one.{unit}", n=self.count(amount))

    def size(self, mib: float | None) -> str:
        """Memory, given in MiB."""
        if mib is None:
            return "–"
        return f"{mib / 1024:.1f} GB" if mib >= 1024 else f"{mib:.0f} MB"

    def iso(self, at_ms: int) -> str:
        """A moment as machines read it, in UTC."""
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")

    def clock(self, at_ms: int) -> str:
        """A moment's time of day in UTC; the page's script says it in the reader's own zone."""
        return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%H:%M:%S} UTC"

    def span(self, seconds: float) -> str:
        """A span in whole units."""
        return self._span(max(0, round(seconds)))

    def _span(self, seconds: int, *, coarse: bool = False) -> str:
        amount, rest, below = seconds, 0, ""
        for unit, most in _STEPS:
            if not most or amount < most:
                small = (
                    self._unit(below, str(rest))
                    if below and rest and amount < 10 and not coarse
                    else ""
                )
                return f"{self._unit(unit, str(amount))} {small}".strip()
            amount, rest, below = amount // most, amount % most, unit
        raise AssertionError("the last unit has no bound")

    def _unit(self, unit: str, amount: str) -> str:
        return self.say(f"unit.{unit}", n=amount)
