"""The tools of our toolboxes, as one client's agent calls them: a call always has a result.

In no SDK's words; `claude/own_servers.py` offers them to the CLI.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from consumer.boundary import Boundary
from consumer.tool_calls.cell import Cell
from consumer.tool_calls.decision import NOBODY_ASKED
from consumer.toolboxes import Asking, Picture, Tool, Toolbox, ToolFailed
from shared.bots import Bot
from shared.bots.tool_names import full_name

log = structlog.get_logger(__name__)

LONGEST = 50_000
"""Characters of a result. The CLI (2.1.330) would put a longer one into a file."""
CUT = "[cut: the result was longer; what is missing can be had by asking for less at a time]"
FAILED = "The tool failed by a fault of the service's own. Tell the person that it did not work."


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What a call gives the model."""

    text: str
    pictures: tuple[Picture, ...] = ()
    failed: bool = False


class OwnTools:
    """Runs the calls of our tools for one client; which tools there are is fixed at its start."""

    def __init__(self, toolboxes: Sequence[Toolbox], bot: Bot, cell: Cell) -> None:
        """Raises ValueError for two tools of one name, of which one could never be called."""
        self.by_toolbox: Mapping[str, Sequence[Tool]] = {
            toolbox.name: tools for toolbox in toolboxes if (tools := tuple(toolbox.tools(bot)))
        }
        full = [full_name(box, it.name) for box, tools in self.by_toolbox.items() for it in tools]
        self.names = frozenset(full)
        if len(self.names) < len(full):
            raise ValueError("two tools of one toolbox have one name")
        self._cell = cell

    async def call(
        self, toolbox: str, tool: Tool, values: Mapping[str, Any], call: str
    ) -> CallResult:
        """Run the tool for whose turn that call of the model's was let run in, by its id.

        Never raises but for cancellation.
        """
        turn, name = self._cell.turn, full_name(toolbox, tool.name)
        asking = turn.asking_for(call) if turn else None
        if asking is None:
            return _failure(NOBODY_ASKED)
        try:
            return await _run(tool, values, asking)
        except ValidationError as error:
            return _failure(_complaint(error))
        except ToolFailed as error:
            return _failure(str(error))
        except Exception as error:  # noqa: BLE001 - whatever a tool does, the model gets a sentence
            # Not with its text, which may hold what people wrote.
            log.error("tool_failed", tool=name, error=type(error).__name__, at=_places(error))
            return _failure(FAILED)


def own_names(toolboxes: Sequence[Toolbox], bot: Bot) -> frozenset[str]:
    """The tools that the toolboxes have for the bot now, by the names that the CLI gives them."""
    return frozenset(full_name(box.name, tool.name) for box in toolboxes for tool in box.tools(bot))


async def _run(tool: Tool, values: Mapping[str, Any], asking: Asking) -> CallResult:
    result = await tool.run(tool.input.model_validate(values), asking)
    return CallResult(text=shortened(result.text, asking.boundary), pictures=result.pictures)


def shortened(text: str, boundary: Boundary) -> str:
    """At most LONGEST characters and a sentence, which stands outside of others' words."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST]
    is_open = kept.count(boundary.opening) > kept.count(boundary.closing)
    return "\n".join([kept, *([boundary.closing] if is_open else []), CUT])


def _failure(why: str) -> CallResult:
    return CallResult(text=why, failed=True)


def _complaint(error: ValidationError) -> str:
    """What is wrong with the model's input, without repeating it."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    named = [f"{'.'.join(map(str, it['loc'])) or 'input'}: {it['msg']}" for it in details]
    return f"It did not run, the input does not fit: {'; '.join(named)}"


def _places(error: BaseException) -> list[str]:
    """The way to where it was raised, as `file:line`."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
