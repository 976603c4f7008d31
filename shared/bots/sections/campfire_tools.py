"""What a bot may do in its Campfire room beside answering."""

from typing import Annotated

from pydantic import AfterValidator

from shared.bots.fields import Many, listed

NOTES = "notes"
CAMPFIRE_TOOLS = ("search", "around", "people", "post", "edit", "boost", "mention", NOTES)
NOT_BUILT_YET = ("remind",)


def _known(tool: str) -> str:
    if tool in NOT_BUILT_YET:
        raise ValueError(f"{tool} is not built yet: leave it out until a release that has it")
    if tool not in CAMPFIRE_TOOLS:
        raise ValueError(f"there is no {tool!r} (known: {', '.join(CAMPFIRE_TOOLS)})")
    return tool


CampfireTools = Annotated[
    Many[Annotated[str, AfterValidator(_known)]],
    listed("must be a list, as [search, post, boost]"),
]
