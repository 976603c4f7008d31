"""What the operator's page keeps."""

from shared.keys.tag import Tag


class PageKeys(Tag):
    """Beside the queue, and of no use to it."""

    __slots__ = ()

    def page_code(self, number: str) -> str:
        """Set once a one-time code was used, for as long as it would have been good."""
        return self.named("page-code", number)

    def page_over(self, session_id: str) -> str:
        """Set once somebody logged out, for as long as their cookie would have been good."""
        return self.named("page-over", session_id)
