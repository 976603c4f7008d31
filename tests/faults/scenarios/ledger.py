"""kill -9 between every two steps of a long answer with files: two texts, then two files.

On main each is in the room once; on v1.4.9, where nobody can look, one copy at most, and labelled.
"""

import random
import signal
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.stored.messages import Message
from tests.conftest import eventually
from tests.faults.suite import Scenario
from tests.faults.world import BOT_USER, World

POSTS = 4
LABEL = "may be a repeat"
STEPS = [
    *(f"turn.file_kept#{number}" for number in (1, 2)),
    *("turn.answered", "turn.stored"),
    *(
        f"turn.{step}#{n}"
        for n in range(1, POSTS + 1)
        for step in ("posting", "posted", "recorded")
    ),
    *("turn.settling", "turn.settled"),
]
SHORT = {"turn.file_kept#2", "turn.posted#2", "turn.posting#3", "turn.posted#3"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of the bot: which part of the answer it is, and whether it says it is a copy."""

    part: str
    labelled: bool = False


def killed_at(step: str, mode: Mode) -> Scenario:
    """A consumer dies at this step of the answer; the next one brings it to its end."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        doomed = await world.consumer(ready=False, KILL_AT=step)
        room, other = world.rooms(2)
        message = await world.say(room, "files=2")
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.say(dice.choice([room, other]))
        await world.consumer()
        await world.settled()
        _check(_shown(world, room, message), [message, "more", *_names(message)], mode)
        await eventually(lambda: _nothing_kept(world.folder / "one" / "outgoing"))

    return Scenario(
        name=f"kill -9 at {step} of an answer with files, {mode}",
        run=run,
        fault="kill -9 at a step",
        short=step in SHORT,
        world={"mode": mode},
    )


def _names(message: str) -> list[str]:
    return [f"{message}-1.txt", f"{message}-2.txt"]


def _check(shown: list[Shown], wanted: list[str], mode: Mode) -> None:
    """Nothing missing, in order, a copy right behind what it repeats; none where one can look."""
    copies = [list(same) for _, same in groupby(shown, key=lambda post: post.part)]
    assert [same[0].part for same in copies] == wanted, shown
    repeated = [post for same in copies for post in same[1:]]
    assert all(post.labelled for post in repeated), shown
    assert sum(post.labelled for post in shown) <= (mode == "v1.4.9"), shown


def _shown(world: World, room: int, message: str) -> list[Shown]:
    """What the room shows of the answer to one message."""
    found, label = [], False
    posts = world.campfire.chat.messages.before(room, None, 100)
    for post in (post for post in posts if post.creator_id == BOT_USER):
        part = _part(post, message)
        label = label or LABEL in (post.html or "")
        if part:
            found.append(Shown(part, label))
            label = False
    return found


def _part(post: Message, message: str) -> str:
    """The file's name, or what a text begins with; nothing for a label and another's answer."""
    if post.attachment is not None:
        return post.attachment.filename
    text = post.html or ""
    if f"answer to {message}." in text:
        return message
    return "more" if "more more" in text else ""


async def _nothing_kept(folder: Path) -> bool:
    return not [path for path in folder.iterdir() if path.is_dir()]


MODES: tuple[Mode, ...] = ("main", "v1.4.9")
SCENARIOS = [killed_at(step, mode) for step in STEPS for mode in MODES]
