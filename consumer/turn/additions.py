"""What the service adds to an answer: why something is missing or late, and what was noted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from consumer.cage.bounds import CommandEnded
from consumer.mcp.board import Missing
from consumer.mcp.missing_servers import server_missing
from consumer.notes.notes import Note
from consumer.on_time.lateness import said_late
from consumer.on_time.said_set import said_set
from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import names_of
from shared.inbound import InboundMessage
from shared.on_time import Reminder


class Additions:
    """Paragraphs of Markdown, in the service's language; empty where there is nothing to say."""

    def __init__(self, sentences: Catalogue, now: Callable[[], datetime]) -> None:
        self._sentences, self._now = sentences, now

    def told(
        self,
        message: InboundMessage,
        ended: Iterable[CommandEnded],
        missing: Iterable[Missing],
        why_stopped: str,
    ) -> str:
        """That it is late, which commands were ended, which servers were missing, and
        `why_stopped`: what a budget ended."""
        late = said_late(message, self._now(), self._sentences)
        commands = map(self._ended, dict.fromkeys(ended))
        servers = [server_missing(it, self._sentences) for it in missing]
        return _paragraphs([late, *commands, *servers, why_stopped])

    def noted(self, bot: Bot, notes: Sequence[Note], reminders: Iterable[Reminder]) -> str:
        """What was noted, and of what somebody is to be reminded."""
        set_now = (said_set(it, bot, self._sentences) for it in reminders)
        return _paragraphs([*self._notes(bot, notes), *set_now])

    def _ended(self, command: CommandEnded) -> str:
        return self._sentences.say(f"command_ended.{command.bound}", most=f"{command.most:g}")

    def _notes(self, bot: Bot, notes: Sequence[Note]) -> Iterator[str]:
        """As code, for it is text and mentions nobody; the last says how to take it away."""
        names = names_of("forget", bot.word_names, self._sentences)
        for note in notes:
            line = self._sentences.say("noted", number=note.number, words=f"`{_code(note.text)}`")
            if names and note is notes[-1]:
                hint = self._sentences.say("forget_hint", forget=names[0], number=note.number)
                line = f"{line} {hint}"
            yield line


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n\n".join(filter(None, lines))


def _code(words: str) -> str:
    return words.replace("`", "'")
