"""What the agent is doing, in a few words, folded from the turn's events. Pure."""

from dataclasses import dataclass, replace

from consumer.agent import (
    NARRATION,
    Retrying,
    ServersMissing,
    Started,
    TextDelta,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
    is_narration,
)
from consumer.cage.bounds import CommandEnded
from consumer.progress.tool_words import tool_in_a_word, tool_in_words
from shared.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Activity:
    """The state of a turn as a person in the room cares for it."""

    doing: str = "thinking"
    """A name under `progress.` in the catalogue, or a tool's name."""
    tools: tuple[str, ...] = ()
    """Ids of the tools at work, the newest last."""
    steps: int = 0
    """Tools used so far."""
    saying: str = ""
    """What the model has said since the last tool, as far as it can be narration."""
    narration: str = ""
    """What it said before the newest tool: see answer_text."""

    def after(self, event: TurnEvent) -> "Activity":
        """The state after one more event."""
        match event:
            case Waiting():
                return replace(self, doing="waiting")
            case ToolStarted(tool_id, name):
                tools, steps = (*self.tools, tool_id), self.steps + 1
                return replace(self._narrated(), doing=name, tools=tools, steps=steps)
            case ToolEnded(tool_id):
                left = tuple(tool for tool in self.tools if tool != tool_id)
                return replace(self, doing=self.doing if left else "thinking", tools=left)
            case TextDelta(text):
                said = replace(self, saying=(self.saying + text)[: 2 * NARRATION])
                return said if self.tools else replace(said, doing="writing")
            case Retrying():
                return replace(self, doing="retrying")
            case Started() | ToolDenied() | CommandEnded() | ServersMissing():
                return replace(self, doing="thinking")

    def line(self, elapsed_s: float, sentences: Catalogue) -> str:
        """One line for the room, such as `Searching the web… · 3 steps · 1 min 20 s`."""
        parts = [_doing(self.doing, sentences)]
        if self.narration:
            parts.insert(0, self.narration)
        if self.steps > 1:
            parts.append(sentences.say("progress.steps", count=self.steps))
        parts.append(_duration(elapsed_s, sentences))
        return " · ".join(parts)

    def sign(self, elapsed_s: float, sentences: Catalogue) -> str:
        """The same for a boost of at most 16 characters, such as `⏳ web · 20 s`."""
        return sentences.say(
            "sign.busy",
            what=tool_in_a_word(self.doing, sentences),
            time=_about(elapsed_s, sentences),
        )

    def _narrated(self) -> "Activity":
        """What was said has come to a tool; what belongs to the answer is no news of the work."""
        said = " ".join(self.saying.split())
        narration = said if is_narration(self.saying) else ""
        return replace(self, saying="", narration=narration if said else self.narration)


def _doing(doing: str, sentences: Catalogue) -> str:
    name = f"progress.{doing}"
    return sentences.say(name) if sentences.knows(name) else tool_in_words(doing, sentences)


def _duration(seconds: float, sentences: Catalogue) -> str:
    minutes, rest = divmod(round(seconds), 60)
    name = "progress.minutes" if minutes else "progress.seconds"
    return sentences.say(name, minutes=minutes, seconds=rest)


def _about(seconds: float, sentences: Catalogue) -> str:
    """In tens of seconds, then minutes, then hours: what stands a while shall not look exact."""
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return sentences.say(f"sign.time.{unit}", count=int(seconds // length))
    return sentences.say("sign.time.seconds", count=int(seconds // 10) * 10)
