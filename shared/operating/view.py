"""The base model of what is shown: frozen; fields of another version are ignored."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """One thing that an operator is shown. Times are ms since the epoch, ages seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True)
