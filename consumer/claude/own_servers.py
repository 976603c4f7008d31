"""Each toolbox as an MCP server of its name in this process, for the CLI to call.

Not by the SDK's own helper, which keeps from a tool which call of the model's it is: the CLI
(2.1.330) says so in the request's `_meta`, and that call is the one which the hook let run.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcp.server import Server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ImageContent,
    ListToolsResult,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Offered

from consumer.tool_calls.own_tools import LONGEST, CallResult, OwnTools
from consumer.toolboxes import Tool

CALL = "claudecode/toolUseId"


def own_servers(own_tools: OwnTools) -> dict[str, Any]:
    """As the SDK takes servers that run in its process."""
    return {
        name: {"type": "sdk", "name": name, "instance": _server(own_tools, name, tools)}
        for name, tools in own_tools.by_toolbox.items()
    }


def _server(own_tools: OwnTools, toolbox: str, tools: Sequence[Tool]) -> Server:
    offered, by_name = [*map(_offered, tools)], {tool.name: tool for tool in tools}

    async def on_list_tools(context: Any, params: Any) -> ListToolsResult:
        return ListToolsResult(tools=offered)

    async def on_call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in by_name:
            return _for_the_cli(CallResult(text=f"There is no tool {params.name}.", failed=True))
        call, given = _call(params.meta), params.arguments or {}
        return _for_the_cli(await own_tools.call(toolbox, by_name[params.name], given, call))

    return Server(toolbox, on_list_tools=on_list_tools, on_call_tool=on_call_tool)


def _offered(tool: Tool) -> Offered:
    """Those that change nothing run side by side; bounded by us, no result goes into a file."""
    return Offered.model_validate(
        {
            "name": tool.name,
            "description": tool.description,
            "inputSchema": tool.input.model_json_schema(),
            "annotations": ToolAnnotations(readOnlyHint=not tool.changes),
            "_meta": {"anthropic/maxResultSizeChars": 2 * LONGEST},
        }
    )


def _call(meta: Mapping[str, Any] | None) -> str:
    """The id of the model's call; empty where it is not told: no such call was let run."""
    return str((meta or {}).get(CALL, ""))


def _for_the_cli(result: CallResult) -> CallToolResult:
    return CallToolResult(content=[*_content(result)], isError=result.failed)


def _content(result: CallResult) -> Iterator[TextContent | ImageContent]:
    if result.text or not result.pictures:
        yield TextContent(type="text", text=result.text)
    for each in result.pictures:
        data = base64.b64encode(each.data).decode()
        yield ImageContent(type="image", data=data, mimeType=each.media_type)
