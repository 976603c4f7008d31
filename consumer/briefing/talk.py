"""What was said in a room, as the agent is told of it: other people's words, a line each. Pure."""

from collections.abc import Sequence

from consumer.agent import Memory
from consumer.boundary import Boundary
from consumer.briefing.content import FILE_WITHIN, content_of
from consumer.briefing.one_line import RULE, one_line, who
from consumer.campfire.messages import Message
from consumer.reading import Known

MESSAGES, CHARACTERS, LONGEST = 30, 6_000, 1_000
"""At most so many messages and characters, the newest; and of one message so many characters."""
SHORT = 200
"""Characters of a message that is only pointed at."""
_HEADS: dict[Memory, str] = {
    "kept": "said in this room since your last turn",
    "new": "you are new here; lately was said in this room",
    "lost": "your earlier conversation in this room was lost, you remember nothing of it; "
    "lately was said in this room, lines with < by yourself",
}
_LEFT_OUT = "what was said before that is left out"
FILES = "[sent with the message below; nobody can give you their content]"
OPEN_FILES = "[sent with the message below; mcp__files__open opens them by their numbers]"
FILE_OF = (
    "[sent with the file below, {seconds} s before it and by the same person, "
    "who most probably means that file]"
)
LOST = "[talk: your earlier conversation in this room was lost, you remember nothing of it]"


def talk(
    messages: Sequence[Message],
    memory: Memory,
    me: int,
    boundary: Boundary,
    *,
    more: bool = False,
    opens_files: bool = False,
) -> str:
    """The newest of these messages, oldest first, in one block under one mark of ours; or nothing.

    `me` is the bot's user id: what it said itself it knows, unless its conversation was lost.
    `more`: there were older ones that are not even here.
    `opens_files`: files are told with the numbers by which the agent opens them.
    """
    lines = [line for message in messages if (line := _line(message, memory, me, opens_files))]
    told = _newest(lines)
    if not told:
        return f"{boundary.line}\n{LOST}" if memory == "lost" else ""
    left_out = more or len(told) < len(lines)
    head = "; ".join([_HEADS[memory], RULE, *([_LEFT_OUT] if left_out else [])])
    return "\n".join([boundary.line, f"[talk: {head}]", boundary.block("\n".join(told))])


def files_sent(
    seen: Sequence[Message],
    asker: int | None,
    asked: int,
    boundary: Boundary,
    *,
    opens_files: bool = False,
) -> str:
    """The files that somebody sent right behind what they ask, by the room's index; or nothing.

    In a room of several people no webhook tells a bot of them (docs/campfire.md, w17).
    """
    asking = next((message for message in seen if message.id == asked), None)
    if asking is None:
        return ""
    names = [
        _file(message, " ".join(message.text.split()), opens_files)
        for message in seen
        if message.is_file
        and message.id > asked
        and message.creator is not None
        and message.creator.id == asker
        and message.created_at - asking.created_at <= FILE_WITHIN
    ]
    if not names:
        return ""
    head = OPEN_FILES if opens_files else FILES
    return "\n".join([boundary.line, head, boundary.block("\n".join(names))])


def words_before(seen: Sequence[Message], asker: int | None, file: int, boundary: Boundary) -> str:
    """What the sender of a lone file wrote right before it, by the room's index; or nothing.

    Campfire's composer sends words and file as two messages, the words first.
    """
    sent = next((message for message in seen if message.id == file), None)
    if sent is None or asker is None:
        return ""
    before = [
        message
        for message in seen
        if message.id < file
        and not message.is_file
        and message.creator is not None
        and message.creator.id == asker
        and sent.created_at - message.created_at <= FILE_WITHIN
    ]
    words = one_line(content_of(before[-1], Known()).text, SHORT) if before else ""
    if not words:
        return ""
    seconds = round((sent.created_at - before[-1].created_at).total_seconds())
    head = FILE_OF.format(seconds=max(0, seconds))
    return "\n".join([boundary.line, head, boundary.block(words)])


def _newest(lines: Sequence[str]) -> list[str]:
    told: list[str] = []
    room = CHARACTERS
    for line in reversed(lines[-MESSAGES:]):
        room -= len(line)
        if room < 0:
            break
        told.insert(0, line)
    return told


def _line(message: Message, memory: Memory, me: int, opens_files: bool) -> str:
    """The message on a line that nobody can make look like another's; empty for none."""
    content, author = content_of(message, Known()), message.creator
    text = one_line(
        _file(message, content.text, opens_files) if content.file else content.text, LONGEST
    )
    if not text:
        return ""
    if author is not None and author.id == me:
        return f"< {text}" if memory == "lost" else ""
    return f"> {who(author)}: {text}"


def _file(message: Message, name: str, opens_files: bool) -> str:
    return f"[file {message.id}: {name}]" if opens_files else f"[file: {name}]"
