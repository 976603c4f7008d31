"""`reminders`, `cancel reminder 2`, `timezone Europe/Berlin`: what people set by the clock."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from consumer.local_time import zone_in_words
from consumer.names import name_html
from consumer.on_time.reminders import Reminders
from consumer.queue.claim import Claim
from shared.bots import Roster
from shared.bots.admission import may_type_for_others
from shared.catalogue import Catalogue
from shared.control_words import names_of
from shared.on_time import Reminder, Zones
from shared.redis.outages import despite_outages
from shared.times.zones import hints, zone_named

MOST_OF_A_POST = 5
"""Reminders in one post: with 500 characters each, and markup, they still make a push notice."""


class OnTime:
    """Carries the words out; raises Fenced."""

    def __init__(
        self,
        reminders: Reminders,
        zones: Zones,
        bots: Roster,
        sentences: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._reminders, self._zones, self._bots = reminders, zones, bots
        self._sentences, self._now = sentences, now

    async def carry_out(self, claim: Claim) -> tuple[str, ...]:
        """One of the words: the posts that answer it."""
        match claim.message.control:
            case "reminders":
                return await self._listed(claim)
            case "timezone":
                return (await self._zone_of(claim),)
            case _:
                return (await self._cancel(claim),)

    async def _listed(self, claim: Claim) -> tuple[str, ...]:
        """The posts that show the lane's reminders."""
        lane = claim.message.lane
        found = await despite_outages("reminders", self._reminders.of, lane)
        if not found:
            return (self._sentences.say("control.reminders.none"),)
        parts = [
            f"<ul>{''.join(map(self._item, found[first : first + MOST_OF_A_POST]))}</ul>"
            for first in range(0, len(found), MOST_OF_A_POST)
        ]
        head = self._sentences.say("control.reminders.listed")
        return (f"<div>{head}</div>{parts[0]}", *parts[1:])

    async def _cancel(self, claim: Claim) -> str:
        """Take the reminder away that the word names: one's own, or somebody else's by who may."""
        number = claim.message.control_number
        if number is None:
            return self._sentences.say("control.reminders.which")
        lane = claim.message.lane
        reminder = await despite_outages("reminders", self._reminders.find, lane, number)
        if reminder is None:
            known = "cancelled" if await self._reminders.was_cancelled_by(claim) else "unknown"
            return self._sentences.say(f"control.reminders.{known}", number=number)
        if not self._may_cancel(claim, reminder):
            person = name_html(reminder.by, self._sentences)
            return self._sentences.say("control.reminders.others", number=number, person=person)
        known = "cancelled" if await self._reminders.cancel(claim, reminder) else "unknown"
        return self._sentences.say(f"control.reminders.{known}", number=number)

    async def _zone_of(self, claim: Claim) -> str:
        """Keep the zone that somebody says is theirs, or tell which one counts."""
        typed = claim.message.control_text
        if typed is None:
            return await self._zone_now(claim)
        if (zone := zone_named(typed)) is None:
            return self._unknown(typed)
        if claim.message.user_id is None:
            return self._sentences.say("control.timezone.nobody")
        await self._reminders.keep_zone(claim, claim.message.user_id, zone)
        return self._told("kept", ZoneInfo(zone))

    def _may_cancel(self, claim: Claim, reminder: Reminder) -> bool:
        person, bot = claim.message.user_id, self._bots[reminder.bot_id]
        return person == reminder.user_id or may_type_for_others(bot, person, "cancel reminder")

    async def _zone_now(self, claim: Claim) -> str:
        bot, person = self._bots.in_lane(claim.message.lane), claim.message.user_id
        found = await despite_outages("zones", self._zones.of, person, bot)
        zone, source = found
        names = names_of("timezone", bot.word_names, self._sentences)
        return self._told(source, zone, timezone=_text(names[0] if names else ""))

    def _told(self, known: str, zone: ZoneInfo, **more: str) -> str:
        now = self._now().astimezone(zone)
        name = zone_in_words(now)
        return self._sentences.say(
            f"control.timezone.{known}", zone=name, time=f"{now:%H:%M}", **more
        )

    def _unknown(self, typed: str) -> str:
        near = [_text(zone) for zone in hints(typed)]
        said = "near" if near else "unknown"
        either = self._sentences.either(near) if near else ""
        return self._sentences.say(f"control.timezone.{said}", typed=_text(typed), hints=either)

    def _item(self, reminder: Reminder) -> str:
        at, person = reminder.due, name_html(reminder.by, self._sentences)
        by = self._sentences.say(
            f"control.reminders.{'run' if reminder.run else 'by'}", person=person
        )
        when = f"{at:%Y-%m-%d %H:%M} ({zone_in_words(at)})"
        words = _text(reminder.text).replace("\n", " ")
        return f"<li><strong>{reminder.number}</strong> {when}: {words} <em>{by}</em></li>"


def _text(words: str) -> str:
    return escape(words, quote=False)
