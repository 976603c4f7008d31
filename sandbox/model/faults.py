"""How often a scripted fault has already happened to one request, so that `twice` ends."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

REMEMBERED = 1000


class FaultCounter:
    """Counts faults by conversation and message: a retry sends the same ones again."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, int] = OrderedDict()

    def is_due(self, fault: str, times: int, body: Mapping[str, Any], session: str) -> bool:
        """Whether this request still gets the fault; each call that says yes counts."""
        key = _key(fault, body, session)
        seen = self._seen.pop(key, 0)
        due = seen < times
        self._seen[key] = seen + due
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return due


def _key(fault: str, body: Mapping[str, Any], session: str) -> str:
    text = json.dumps([fault, session, body.get("messages")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
