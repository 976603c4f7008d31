"""The office as an MCP server. Imported where it is needed only: its package takes seconds."""

from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

from sandbox.office.rooms import find_rooms, room


def office_server() -> MCPServer:
    """A new one; none of its tools changes anything."""
    server = MCPServer("office", log_level="CRITICAL")
    for tool in (find_rooms, room):
        server.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True))
    return server
