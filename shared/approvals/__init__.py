"""Requests for approval as they stand in Redis, to read: by the consumer, commands and pages."""

from shared.approvals.reading import Requests
from shared.approvals.request import OPEN, WAITING, Request, State
from shared.approvals.tool_input import canonical, digest, visible

__all__ = ["OPEN", "WAITING", "Request", "Requests", "State", "canonical", "digest", "visible"]
