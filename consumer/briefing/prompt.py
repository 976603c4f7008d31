"""What the agent is told in a turn: who asks, where, when, and what. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from consumer.boundary import Boundary
from consumer.briefing.content import Content
from consumer.briefing.one_line import named
from consumer.local_time import zone_in_words
from shared.approvals import Request
from shared.inbound import Firing, InboundMessage

NOTHING_SAID = "(They mentioned you without saying anything else. Greet them and offer your help.)"

FILE = "(They sent a file: {name}, {kind}. {how}{more})"
CLOSED = "Campfire gives you no way to open it."
OPEN = "You can open it: mcp__files__open, number {number}."
ALONE = " It may belong to what they wrote just before it."

EVENT = "[event: a program outside sent what stands below; no person asks]"
TELL_IT = "Tell the room in a sentence or two what happened."
NOBODY = (
    "[from: nobody. It is the time of {what}, which was due on {when}: do what was asked for then. "
    "What you answer is posted to the room, where nobody may be waiting for it.]"
)
LONGEST_INPUT = 4_000
"""Characters of an approved input that are told again; the agent wrote it, and no longer one runs
for what it writes now."""
APPROVED = (
    "[request {number} was approved by {by}]\nNow, first of all, call {tool} once, with this "
    "input{cut}:\n{input}\nWhatever you write as its input, the approved one runs. "
    "Then say what came of it. It runs once: do not call it again."
)

SaidAt = tuple[str, Content]
"""A message of a turn that answers several: when it was said, and what it says."""


def prompt(
    message: InboundMessage,
    content: Content,
    now: datetime,
    boundary: Boundary,
    said: Sequence[SaidAt] = (),
    *,
    opens_files: bool = False,
    instructions: str | None = None,
    request: Request | None = None,
) -> str:
    """The turn's prompt; `now` carries its time zone. What was said before stands above (talk.py).

    `content` is the message's; `said`: all messages of the turn, where they are several.
    `opens_files`: the agent has a tool that opens what people post. `instructions`: what the bot's
    file says of an event. `request`: a call that somebody has approved, and that this turn is for.
    """
    name = message.room_name
    where = f"room: {boundary.around(named(name))}" if name else "a direct conversation"
    facts = [
        boundary.line,
        f"[date: {now:%A %Y-%m-%d %H:%M} ({zone_in_words(now)})]",
        f"[{where}]",
        *_from(message, boundary, instructions),
    ]
    if request is not None:
        return "\n".join([*facts, "", _to_carry_out(request, boundary)])
    asked = [f"[said at {at}]\n{_told(each, boundary, opens_files)}" for at, each in said]
    alone = "\n\n".join(asked) or _told(content, boundary, opens_files, ALONE)
    return "\n".join([*facts, "", alone])


def _from(message: InboundMessage, boundary: Boundary, instructions: str | None) -> list[str]:
    """Who asks; or that nobody does, and what the operator wants done."""
    if message.origin == "event":
        return [EVENT, f"[what to do: {' '.join((instructions or TELL_IT).split())}]"]
    if message.firing is not None:
        return [_due(message, message.firing)]
    return [f"[from: {boundary.around(named(message.user_name))}]"]


def _due(message: InboundMessage, firing: Firing) -> str:
    due = datetime.fromtimestamp(message.accepted_ms / 1000, ZoneInfo(firing.zone))
    when = f"{due:%A %Y-%m-%d %H:%M} ({zone_in_words(due)})"
    return NOBODY.format(what=message.about, when=when)


def _to_carry_out(request: Request, boundary: Boundary) -> str:
    """In the service's words: nobody in the room can write them."""
    by = boundary.around(named(request.by_name))
    text = request.input
    cut = "" if len(text) <= LONGEST_INPUT else " (its beginning; all of it runs)"
    told = {"number": request.number, "by": by, "tool": request.tool, "cut": cut}
    return APPROVED.format(**told, input=boundary.block(text[:LONGEST_INPUT]))


def _told(content: Content, boundary: Boundary, opens_files: bool, more: str = "") -> str:
    text = content.text.strip()
    if content.file is not None:
        name = boundary.around(" ".join(text.split()))
        how = OPEN.format(number=content.number) if opens_files and content.number else CLOSED
        return FILE.format(name=name, kind=content.file, how=how, more=more)
    return boundary.block(text) if text else NOTHING_SAID
