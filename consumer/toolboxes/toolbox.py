"""What a tool of our own is, in no SDK's words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from consumer.toolboxes.asking import Asking
from shared.bots import Bot
from shared.errors import AgentError


class ToolFailed(AgentError):
    """A call that gave nothing; its text is a sentence for the model."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for the model to look at."""

    data: bytes
    media_type: str
    """As `image/png`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gives the model. Others' words in it stand inside the turn's boundary."""

    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool. No input of it names a room or a person who asks: those come with the Asking."""

    name: str
    """Within its toolbox."""
    description: str
    """For the model."""
    input: type[BaseModel]
    """What the model may give; what does not fit never reaches `run`."""
    run: Callable[[Any, Asking], Awaitable[Result]]
    """Called with an `input`; raises ToolFailed. Anything else it raises is logged, and the model
    gets a sentence of ours."""
    changes: bool = False
    """Whether it changes anything anywhere: such calls run one after another."""


class Toolbox(Protocol):
    """Tools of one subject."""

    @property
    def name(self) -> str:
        """Its tools reach the agent as `mcp__<name>__<tool>`."""
        ...

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """The tools that the bot's file grants; fixed when its agent starts."""
        ...
