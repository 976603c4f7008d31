"""What each button does: a command to the consumer, made of the fields of its form."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from ingress.operator.page.forms import Form
from ingress.parts import Parts
from shared.audit import NO_AUDIT
from shared.between_processes.commands import Cancel, CatchUp, Reset, send, send_once
from shared.errors import Malformed
from shared.numbers import whole_number
from shared.operating.actions import Actions as Operating
from shared.operating.dead_letters import DeadLetters
from shared.operating.pauses import Scope
from shared.redis import clock

ASKED_BY = "operator"
MOST_AT_ONCE = 100

Act = Callable[[Parts, Form], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of button."""

    act: Act
    """Does it; gives to how many it was done. Raises Malformed, RedisError."""
    fields: tuple[str, ...] = ()
    """Of its form."""
    needs_fields: bool = True
    """Whether it means nothing without any."""
    asked_twice: bool = False
    """It destroys something."""

    def given(self, form: Form) -> list[tuple[str, str]]:
        """What its form says, for the second question."""
        return [(name, value) for name in self.fields for value in form.all(name) if value]


async def _cancel(parts: Parts, form: Form) -> int:
    jobs = jobs_of(form)
    for job in jobs:
        await send(parts.redis, parts.keys, Cancel(job_id=job))
    return len(jobs)


async def _catch_up(parts: Parts, form: Form) -> int:
    del form
    await send_once(parts.redis, parts.keys, CatchUp(asked_by=ASKED_BY))
    return 1


async def _requeue(parts: Parts, form: Form) -> int:
    now_ms = await clock.now_ms(parts.redis)
    letters = DeadLetters(parts.redis, parts.keys)
    done = [await letters.requeue(parts.keys.stored(job), now_ms) for job in jobs_of(form)]
    return sum(done)


async def _drop(parts: Parts, form: Form) -> int:
    letters = DeadLetters(parts.redis, parts.keys)
    return sum([await letters.drop(parts.keys.stored(job)) for job in jobs_of(form)])


async def _reset(parts: Parts, form: Form) -> int:
    room, bot = whole_number(form.one("room")), form.one("bot") or None
    if form.one("room") and room is None:
        raise Malformed("that is no room")  # a slip never means all of the bot's rooms
    try:
        which = Reset(room_id=room, bot_id=bot)
    except ValidationError:
        raise Malformed("a reset needs a room or a bot") from None
    await send(parts.redis, parts.keys, which)
    return 1


async def _pause(parts: Parts, form: Form) -> int:
    await _operating(parts).pause(_scope(form))
    return 1


async def _resume(parts: Parts, form: Form) -> int:
    return int(await _operating(parts).resume(_scope(form)))


async def _drain(parts: Parts, form: Form) -> int:
    member = form.one("member") or None  # an older release's has no name
    try:
        await _operating(parts).drain(member)
    except KeyError:
        raise Malformed("no consumer of that name works") from None
    return 1


def _operating(parts: Parts) -> Operating:
    """Who pressed the button is noted with their log-in, by the route."""
    return Operating(parts.redis, parts.keys, NO_AUDIT, via="page")


def _scope(form: Form) -> Scope:
    try:
        return Scope.parse(form.one("scope"))
    except ValueError:
        raise Malformed("a pause needs a bot, a room, or all") from None


ACTIONS: dict[str, Action] = {
    "stop": Action(_cancel, ("job",), asked_twice=True),
    "cancel": Action(_cancel, ("job",), asked_twice=True),
    "catch-up": Action(_catch_up),
    "requeue": Action(_requeue, ("job",)),
    "drop": Action(_drop, ("job",), asked_twice=True),
    "pause": Action(_pause, ("scope",)),
    "pause-room": Action(_pause, ("scope",)),
    "resume": Action(_resume, ("scope",)),
    "drain": Action(_drain, ("member",), needs_fields=False, asked_twice=True),
    "reset": Action(_reset, ("bot", "room"), asked_twice=True),
}
ASKED_TWICE = frozenset(name for name, action in ACTIONS.items() if action.asked_twice)


def jobs_of(form: Form) -> Sequence[str]:
    """The job ids that were picked; raises Malformed for none, or too many."""
    jobs = list(dict.fromkeys(job for job in form.all("job") if job))
    if not 0 < len(jobs) <= MOST_AT_ONCE:
        raise Malformed(f"pick 1 to {MOST_AT_ONCE}")
    return jobs
