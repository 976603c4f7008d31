"""What Campfire answered: read to its end, and of no HTTP library."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDict


@dataclass(frozen=True, slots=True)
class CampfireAnswer:
    """A status and what came with it; its headers may hold the bot's key."""

    status_code: int
    headers: Mapping[str, str] = field(default_factory=CIMultiDict, repr=False)
    """By name, however it is written; of several of one name all, with commas between them."""
    content: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """What its body is; raises ValueError for what is none."""
        return json.loads(self.content)

    @property
    def is_success(self) -> bool:
        """Whether it is a yes."""
        return 200 <= self.status_code < 300

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return self.status_code in (301, 302, 303, 307, 308) and "Location" in self.headers
