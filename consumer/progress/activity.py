"""What the agent is doing, in a few words, folded from the turn's events. Pure."""

from dataclasses import dataclass, replace

from consumer.progress.words import WORDS, Language
from consumer.sessions.events import (
    Retrying,
    Started,
    TextDelta,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class Activity:
    """The state of a turn as a person in the room cares for it."""

    doing: str = "thinking"
    """A key of WORDS, or a tool's name."""
    tools: tuple[str, ...] = ()
    """Ids of the tools at work, the newest last."""
    steps: int = 0
    """Tools used so far."""

    def after(self, event: TurnEvent) -> "Activity":
        """The state after one more event."""
        match event:
            case Waiting():
                return replace(self, doing="waiting")
            case ToolStarted(tool_id, name):
                steps = self.steps + 1
                return replace(self, doing=name, tools=(*self.tools, tool_id), steps=steps)
            case ToolEnded(tool_id):
                left = tuple(tool for tool in self.tools if tool != tool_id)
                return replace(self, doing=self.doing if left else "thinking", tools=left)
            case TextDelta():
                return self if self.tools else replace(self, doing="writing")
            case Retrying():
                return replace(self, doing="retrying")
            case Started() | ToolDenied():
                return replace(self, doing="thinking")

    def line(self, elapsed_s: float, language: Language) -> str:
        """One line for the room, such as `Searching the web… · 3 steps · 1 min 20 s`."""
        words = WORDS[language]
        doing = words.get(self.doing) or words.get(_family(self.doing), words["tool"])
        parts = [doing]
        if self.steps > 1:
            parts.append(words["steps"].format(count=self.steps))
        parts.append(_duration(elapsed_s, words))
        return " · ".join(parts)


def _family(tool: str) -> str:
    """Tools of a server (`mcp__github__search`) share their words."""
    return "mcp" if tool.startswith("mcp__") else tool


def _duration(seconds: float, words: dict[str, str]) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return (words["minutes"] if minutes else words["seconds"]).format(minutes=minutes, seconds=rest)
