"""What the first releases called things in Redis, as far as somebody still asks for it."""

from dataclasses import dataclass

from arq.constants import default_queue_name


@dataclass(frozen=True, slots=True)
class Format1:
    """Names without a hash tag, under the same prefix as today's."""

    prefix: str

    @property
    def signs(self) -> tuple[str, str]:
        """The lanes that hold a message, and the counter of tokens: where neither is, there is
        nothing to carry over. They are carried over last."""
        return f"{self.prefix}:lanes", f"{self.prefix}:token"

    @property
    def lease(self) -> str:
        """Who owns the queue of that release."""
        return f"{self.prefix}:lease"

    @property
    def queue(self) -> str:
        """arq's zset, which for the default prefix was arq's own."""
        plain = self.prefix == "campfire"
        return default_queue_name if plain else f"{default_queue_name}:{self.prefix}"

    @property
    def lane_prefix(self) -> str:
        """What every line's key begins with."""
        return f"{self.prefix}:lane:"

    def message(self, job_id: str) -> str:
        """A message's hash."""
        return f"{self.prefix}:message:{job_id}"
