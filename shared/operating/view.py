"""The base of what is shown: frozen, and indifferent to what another version adds."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """One thing that an operator is shown. Times are ms since the epoch, ages seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True)
