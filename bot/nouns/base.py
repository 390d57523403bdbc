"""The base of every record."""

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A frozen record; unknown fields are refused so that a typo is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
