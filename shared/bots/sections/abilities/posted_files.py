"""What a bot may open of the files that people post."""

from typing import Annotated

from pydantic import Field

from shared.bots.fields import Truth, said
from shared.bots.sections.section import Section

Megabytes = Annotated[Annotated[float, Field(gt=0, le=100)], said("must be megabytes, 100 at most")]


class PostedFiles(Section):
    """Lets the bot open posted files, where `CAMPFIRE_STORAGE` is mounted too."""

    pictures: Truth = True
    """Whether it looks at pictures, which cost tokens."""
    max_mb: Megabytes = 20
    """The largest file that is opened, in megabytes."""
