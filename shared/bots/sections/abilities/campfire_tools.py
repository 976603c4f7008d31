"""What a bot may do in its Campfire room beside answering."""

from typing import Annotated

from pydantic import AfterValidator

from shared.bots.fields import Many, listed

NOTES, REMIND = "notes", "remind"
CAMPFIRE_TOOLS = (
    "search", "around", "people", "post", "edit", "boost", "mention", NOTES, REMIND,
)  # fmt: skip


def _known(tool: str) -> str:
    if tool not in CAMPFIRE_TOOLS:
        raise ValueError(f"there is no {tool!r} (known: {', '.join(CAMPFIRE_TOOLS)})")
    return tool


CampfireTools = Annotated[
    Many[Annotated[str, AfterValidator(_known)]],
    listed("must be a list, as [search, post, boost]"),
]
