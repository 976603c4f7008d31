"""An audit in front of the real one, which tells each turn's cost to its story."""

from consumer.stories.stories import Stories
from shared.audit import Audit, Entry


class CostsTold:
    """An audit that the stories overhear: what a turn cost is said nowhere else."""

    def __init__(self, stories: Stories, audit: Audit) -> None:
        self._stories, self._audit = stories, audit

    async def note(self, entry: Entry) -> None:
        """Keep the cost; never raises but for cancellation."""
        if entry.what == "turn" and entry.job is not None:
            tokens, written = entry.tokens or 0, entry.output_tokens or 0
            self._stories.spent(
                entry.job,
                input_tokens=tokens - written,
                output_tokens=written,
                micro_usd=entry.micro_usd or 0,
            )
        await self._audit.note(entry)
