"""How long a request for approval waits for a person's word."""

from typing import Annotated

from pydantic import Field

from shared.bots.fields import said
from shared.bots.sections.section import Section

LONGEST_HOURS = 30 * 24

ExpireHours = Annotated[
    Annotated[float, Field(gt=0, le=LONGEST_HOURS, allow_inf_nan=False)],
    said(f"must be a number of hours above 0, {LONGEST_HOURS} at most"),
]


class Approvals(Section):
    """What is left out is as without the section."""

    expire_hours: ExpireHours = 24
    """After which a request is withdrawn, answered with yes or not, unless it runs by then."""
