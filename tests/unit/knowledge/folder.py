"""Knowledge folders of tests, and asking them."""

from pathlib import Path

from consumer.boundary import Boundary
from consumer.documents.bounded import Bounds
from consumer.knowledge.indexing.run import Run
from consumer.knowledge.toolbox import Knowledge
from consumer.toolboxes import Asker, Asking
from shared.bots import Bot
from shared.lane import Lane

HANDBOOK = """\
# Leave

Ask your manager.

## Annual leave

Everybody has 31 days a year.

## Sick leave

Call before nine.

## Parental leave

Fourteen weeks.
"""


def write(folder: Path, **texts: str | bytes) -> None:
    """Files by name, `__` for the point before their end."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        data = text.encode() if isinstance(text, str) else text
        (folder / name.replace("__", ".")).write_bytes(data)


def take_in(folder: Path, index: Path, bounds: Bounds | None = None) -> None:
    """As the child does, in this process."""
    Run(folder, index, bounds or Bounds(), tell=lambda _done, _of: None).run()


def asking(folder: Path | None) -> Asking:
    """Of a bot with that folder."""
    bot = Bot(id="a", name="A", system_prompt="x", knowledge=folder)
    lane, asker = Lane(3, "a"), Asker(user_id=7, name="Ada")
    return Asking(bot=bot, lane=lane, job_id="3:70", asker=asker, boundary=Boundary("w0rd"))


async def call(knowledge: Knowledge, asking: Asking, tool: str, **values: object) -> str:
    """What one of its tools gives; raises ToolFailed."""
    by_name = {tool.name: tool for tool in knowledge.tools(asking.bot)}
    given = by_name[tool].input.model_validate(values)
    return (await by_name[tool].run(given, asking)).text
