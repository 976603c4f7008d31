"""The names of everything in Redis: ids and numbers only, never text or secrets.

A name is `{prefix}:kind:…`; of arq's names the job id carries the braces. Another name, or another
sense of a value, is another format: see shared.redis.format.
"""

from dataclasses import dataclass

from shared.keys.approvals import ApprovalKeys
from shared.keys.arq import ArqKeys
from shared.keys.budgets import BudgetKeys
from shared.keys.members import MemberKeys
from shared.keys.on_time import OnTimeKeys
from shared.keys.operating import OperatingKeys
from shared.keys.page import PageKeys
from shared.keys.queue import QueueKeys
from shared.keys.rooms import RoomKeys
from shared.keys.sessions import SessionKeys
from shared.keys.tag import plain

__all__ = ["ANSWER", "FAR_FUTURE_MS", "Keys", "plain"]

ANSWER = "answer"
"""The name of the one arq function: a message's job calls it."""

FAR_FUTURE_MS = 4_102_444_800_000
"""2100-01-01: arq takes a job with this score for deferred and never reads it."""


@dataclass(frozen=True, slots=True)
class Keys(
    ApprovalKeys,
    ArqKeys,
    BudgetKeys,
    MemberKeys,
    OnTimeKeys,
    OperatingKeys,
    PageKeys,
    QueueKeys,
    RoomKeys,
    SessionKeys,
):
    """Every key name of one deployment."""
