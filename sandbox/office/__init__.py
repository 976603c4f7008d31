"""A small MCP server for the example bot: the rooms of an office, and what stands in them.

http://127.0.0.1:5003/office/mcp      while the sandbox runs
python -m sandbox.office              on standard input and output
"""
