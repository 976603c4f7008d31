"""What each button does: an act of shared.operating, made of the fields of its form."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from ingress.operator.page.forms import Form
from shared.errors import Malformed
from shared.numbers import whole_number
from shared.operating.actions import Actions as Acts
from shared.operating.pauses import Scope

MOST_AT_ONCE = 100

Act = Callable[[Acts, Form], Awaitable[int]]


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


async def _stop(acts: Acts, form: Form) -> int:
    jobs = jobs_of(form)
    for job in jobs:
        await acts.cancel(job, "stop")
    return len(jobs)


async def _cancel(acts: Acts, form: Form) -> int:
    jobs = jobs_of(form)
    for job in jobs:
        await acts.cancel(job)
    return len(jobs)


async def _catch_up(acts: Acts, form: Form) -> int:
    del form
    await acts.catch_up()
    return 1


async def _requeue(acts: Acts, form: Form) -> int:
    return len(await acts.requeue(jobs_of(form)))


async def _drop(acts: Acts, form: Form) -> int:
    return len(await acts.drop(jobs_of(form)))


async def _reset(acts: Acts, form: Form) -> int:
    room, bot = whole_number(form.one("room")), form.one("bot") or None
    if form.one("room") and room is None:
        raise Malformed("that is no room")  # a slip never means all of the bot's rooms
    try:
        await acts.reset(bot_id=bot, room_id=room)
    except ValidationError:
        raise Malformed("a reset needs a room or a bot") from None
    return 1


async def _pause(acts: Acts, form: Form) -> int:
    await acts.pause(_scope(form))
    return 1


async def _resume(acts: Acts, form: Form) -> int:
    return int(await acts.resume(_scope(form)))


async def _drain(acts: Acts, form: Form) -> int:
    member = form.one("member") or None  # an older release's has no name
    try:
        await acts.drain(member)
    except KeyError:
        raise Malformed("no consumer of that name works") from None
    return 1


def _scope(form: Form) -> Scope:
    try:
        return Scope.parse(form.one("scope"))
    except ValueError:
        raise Malformed("a pause needs a bot, a room, or all") from None


ACTIONS: dict[str, Action] = {
    "stop": Action(_stop, ("job",), asked_twice=True),
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
