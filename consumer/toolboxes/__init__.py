"""Toolboxes: tools of our own that an agent may call, run in this process.

Each subject (Campfire, knowledge, the web, …) is a `Toolbox` in a room of its own; the sessions
hand a bot's tools to its agent. Here is what they agree on.
"""

from consumer.toolboxes.asking import Asker, Asking
from consumer.toolboxes.per_lane import PerLane
from consumer.toolboxes.toolbox import Picture, Result, Tool, Toolbox, ToolFailed

__all__ = [
    "Asker",
    "Asking",
    "PerLane",
    "Picture",
    "Result",
    "Tool",
    "ToolFailed",
    "Toolbox",
]
