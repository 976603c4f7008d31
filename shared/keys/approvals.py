"""Requests for approval: calls of tools that a person is asked for. One bot's count together."""

from shared.keys.tag import Tag
from shared.lane import Lane


class ApprovalKeys(Tag):
    """What is asked for, what became of it, and what is still open."""

    __slots__ = ()

    def approval_count(self, bot_id: str) -> str:
        """The highest number that a request of this bot was given."""
        return self.named("approval-count", bot_id)

    def approval(self, bot_id: str, number: int | str) -> str:
        """Hash: one request and its state (`shared.approvals.request`); kept for some days."""
        return f"{self.approval_prefix(bot_id)}{number}"

    def approval_prefix(self, bot_id: str) -> str:
        """What the keys of a bot's requests begin with."""
        return self.named("approval", bot_id, "")

    def approvals_open(self, bot_id: str) -> str:
        """Zset of a bot's requests that may still run: number → ms at which they expire."""
        return self.named("approvals-open", bot_id)

    def approvals_in(self, lane: Lane) -> str:
        """Set of the numbers of those that were asked for in this lane."""
        return self.named("approvals-in", lane)

    def approvals_asked(self, lane: Lane) -> str:
        """Hash: digest of what is asked for in this lane, and has no answer yet → its number."""
        return self.named("approvals-asked", lane)
