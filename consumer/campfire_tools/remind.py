"""The tool `remind`: at a time, post something to the person who asks, or have it done.

It is kept in the step in which the answer is stored, which says so below, as a note is (noting).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from redis.exceptions import RedisError

from consumer.campfire_tools.acts.acting import Acting, TurnActs
from consumer.campfire_tools.toolbox import Grants
from consumer.local_time import zone_in_words
from consumer.names import shown_name
from consumer.on_time.reminders import Reminders
from consumer.on_time.wall import OnTheWall, on_the_wall
from consumer.toolboxes import Asker, Asking, Result, Tool, ToolFailed
from shared.bots.rights import right_to
from shared.bots.tool_names import full_name
from shared.on_time import Reminder, Zones
from shared.on_time.reminder import FURTHEST_DAYS, LONGEST, MOST

MOST_OF_A_TURN = 5
NOT_SET = "It was not set: "
NOBODY_ASKS = (
    f"{NOT_SET}only a person who asks you can be reminded, and nobody is known to ask here."
)
NOT_ONE_TIME = f"{NOT_SET}give at or in_minutes, one of the two."
NO_TIME = f"{NOT_SET}at must be a date and a time, as 2026-11-29T09:00."
PAST = f"{NOT_SET}that time is over. It is {{now}} now."
TOO_FAR = f"{NOT_SET}it may be at most {FURTHEST_DAYS} days ahead."
FULL = f"{NOT_SET}this person has {MOST} reminders. They can take some away."
TOO_MANY = f"{NOT_SET}a turn may set {MOST_OF_A_TURN} reminders."
NO_TEXT = f"{NOT_SET}there is nothing to see in it."
NO_STORE = f"{NOT_SET}the reminders cannot be read right now."
NOT_EVERYONE = (
    f"{NOT_SET}nobody stands behind what runs by itself, so it is allowed only where the rules of "
    "this bot allow campfire/remind to everyone. Without run the text itself is posted then."
)
_GAP = " The clocks are set forward then and leave out the time that was said: this is the next."
_FOLD = " The clocks show that time twice then: this is the first."


class Wish(BaseModel):
    """What `remind` takes."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        min_length=1, max_length=LONGEST, description="what is posted then, in plain words"
    )
    at: str | None = Field(
        default=None,
        max_length=40,
        description="when, by the clock of the person who asks, as 2026-11-29T09:00",
    )
    in_minutes: int | None = Field(
        default=None, ge=1, le=FURTHEST_DAYS * 24 * 60, description="or: so many minutes from now"
    )
    run: bool = Field(
        default=False,
        description="instead of the text being posted, you are asked to do then what it says",
    )


class Remind:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(
        self,
        acting: Acting,
        reminders: Reminders,
        zones: Zones,
        now: Callable[[], datetime],
    ) -> None:
        self._acting, self._reminders, self._zones, self._now = acting, reminders, zones, now

    @property
    def grants(self) -> Grants:
        """`remind`."""
        remind = Tool(
            name="remind",
            description=(
                "Remind the person who asks you, in this room, at a time. Only when that person "
                "asks for it. The room is told of it, with the time and its zone, below your "
                "answer."
            ),
            input=Wish,
            run=self._remind,
            changes=True,
        )
        return {"remind": (remind,)}

    async def _remind(self, wish: Wish, asking: Asking) -> Result:
        acts = self._acting.turn(asking)
        asker = _asker(asking)
        if wish.run and not _everyone_may(asking):
            raise ToolFailed(NOT_EVERYONE)
        try:
            zone, _ = await self._zones.of(asker.user_id, asking.bot)
            time = _time(wish, zone, self._now())
            reminder = await self._set(wish, time, acts, asker, asking)
        except RedisError as error:
            raise ToolFailed(NO_STORE) from error
        more = {"gap": _GAP, "fold": _FOLD}.get(time.how, "")
        when = f"{reminder.due:%A %Y-%m-%d %H:%M} ({zone_in_words(reminder.due)})"
        return Result(
            f"Set as {reminder.number} for {when}, with your answer, below which the room is "
            f"told.{more}"
        )

    async def _set(
        self, wish: Wish, time: OnTheWall, acts: TurnActs, asker: Asker, asking: Asking
    ) -> Reminder:
        if len(acts.reminders) >= MOST_OF_A_TURN:
            raise ToolFailed(TOO_MANY)
        if await self._reminders.count_of(asker.user_id) + len(acts.reminders) >= MOST:
            raise ToolFailed(FULL)
        reminder = Reminder(
            number=await self._reminders.new_number(asking.lane),
            room_id=asking.lane.room_id,
            bot_id=asking.lane.bot_id,
            room_name=acts.claim.message.room_name,
            user_id=asker.user_id,
            by=asker.name,
            text=_shown(wish.text),
            due_ms=round(time.at.timestamp() * 1000),
            zone=getattr(time.at.tzinfo, "key", "UTC"),
            run=wish.run,
        )
        acts.reminders.append(reminder)
        return reminder


def _asker(asking: Asking) -> Asker:
    """The person; raises ToolFailed where there is none."""
    if asking.asker is None or asking.unattended or asking.subagent:
        raise ToolFailed(NOBODY_ASKS)
    return asking.asker


def _everyone_may(asking: Asking) -> bool:
    """Whether a rule of the file says so; without rules nobody has said it."""
    remind = full_name("campfire", "remind")
    right = right_to(asking.bot, remind, (None,), is_ping=asking.is_ping)
    return right.is_allowed and right.rule is not None


def _time(wish: Wish, zone: ZoneInfo, now: datetime) -> OnTheWall:
    """When, in the zone; raises ToolFailed for no time, one that is over, one too far ahead."""
    if (wish.at is None) is (wish.in_minutes is None):
        raise ToolFailed(NOT_ONE_TIME)
    here = now.astimezone(zone)
    if wish.in_minutes is not None:
        later = datetime.fromtimestamp(now.timestamp() + wish.in_minutes * 60, zone)
        return _not_too_far(OnTheWall(later, "plain"), here)
    try:
        said = on_the_wall(datetime.fromisoformat(wish.at or ""), zone)
    except (ValueError, OverflowError) as error:
        raise ToolFailed(NO_TIME) from error
    if said.at <= here:
        raise ToolFailed(PAST.format(now=f"{here:%A %Y-%m-%d %H:%M} ({zone_in_words(here)})"))
    return _not_too_far(said, here)


def _not_too_far(time: OnTheWall, now: datetime) -> OnTheWall:
    if time.at.timestamp() - now.timestamp() > timedelta(days=FURTHEST_DAYS).total_seconds():
        raise ToolFailed(TOO_FAR)
    return time


def _shown(text: str) -> str:
    """As people see it; raises ToolFailed for what nobody sees."""
    if not shown_name(text):
        raise ToolFailed(NO_TEXT)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
