"""A server without a library, which is there at once: one tool, `room`.

python -m tests.mcp_servers.bare           on standard input and output
"""

import json
import sys
from typing import Any

TOOL = {
    "name": "room",
    "description": "Says where a room is.",
    "inputSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
}


def main() -> None:
    """Answer a line a request, until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" in asked:
            answer = {"jsonrpc": "2.0", "id": asked["id"], "result": _result(asked)}
            print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it answers


def _result(asked: dict[str, Any]) -> dict[str, Any]:
    match asked["method"]:
        case "initialize":
            return {
                "protocolVersion": asked["params"]["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "bare", "version": "1"},
            }
        case "tools/list":
            return {"tools": [TOOL]}
        case "tools/call":
            name = asked["params"]["arguments"]["name"]
            return {"content": [{"type": "text", "text": f"{name}: floor 3, 40 seats"}]}
    return {}


if __name__ == "__main__":
    main()
