"""One MCP server of a bot: tools of others, by HTTP or as a program of this machine."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from shared.bots.fields import NO_TEXT, Many, Seconds, Text, listed, said
from shared.bots.sections.section import Section
from shared.bots.variables import variables_in

OwnUrl = Annotated[Text | None, said(NO_TEXT)]
Texts = Annotated[dict[str, str], said("must be lines of `NAME: text`")]
CommandLine = Annotated[Many[str], listed("must be a list: the program, then its arguments")]
ServerTools = Annotated[Many[str], listed("must be a list of tool names, of those it has")]


class McpServer(Section):
    """Either `url`, or `command`. Secrets stand in neither, only as `${NAME}` of the environment.

    `shared.bots.refusals.servers` says what no server may be.
    """

    url: OwnUrl = None
    """Of a server over HTTP: one process for all conversations."""
    headers: Texts = Field(default_factory=dict)
    """Sent with each request to `url`."""
    command: CommandLine = ()
    """A program and its arguments, started once for each conversation that is connected."""
    env: Texts = Field(default_factory=dict)
    """The program's environment, beside PATH and HOME."""
    tools: ServerTools = ()
    """Those of its tools that the bot gets; none named: all."""
    timeout_seconds: Seconds = 60
    """How long one call may take."""

    def texts(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Where `${NAME}` may stand: the place, the name that tells what it is, the text."""
        if self.url:
            yield ("url",), "", self.url
        for key, values in (("headers", self.headers), ("env", self.env)):
            yield from (((key, name), name, text) for name, text in values.items())

    def variables(self) -> frozenset[str]:
        """The environment variables that it is told the values of."""
        return frozenset(name for *_, text in self.texts() for name in variables_in(text))
