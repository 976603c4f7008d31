"""A subagent: another prompt and model that the bot may hand a part of its work to."""

from typing import Annotated

from shared.bots.fields import NO_TOOLS, FullModel, Many, Name, listed
from shared.bots.sections.section import Section

ToolPatterns = Annotated[Many[str], listed(NO_TOOLS)]


class Subagent(Section):
    """An agent that the bot may call; it sees what the bot hands it, not the conversation."""

    description: Name
    """When the bot is to call it; the bot's model reads that."""
    model: FullModel
    """A full id: an alias goes to what the CLI thinks."""
    tools: ToolPatterns
    """Some of the bot's: see `shared.bots.tool_names`."""
    prompt: Name
    """Or `prompt_file`, beside the bot file."""
