"""What is recorded of a message's signs: whoever goes on after a crash finds here what stands."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

SEEN = "👀"


@dataclass(frozen=True, slots=True)
class Standing:
    """A boost of ours under the message."""

    id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What stands in the room because of this message, and has to go when it ends."""

    boosts: tuple[Standing, ...] = ()
    """Two while one replaces the other, the newer one last."""
    above: int | None = None
    """A boost with an id above this may stand too: it was sent, and nobody saw it arrive."""
    message_id: str | None = None
    """Of the progress message."""
    posting: str | None = None
    """A progress message that was sent, and nobody saw arrive."""
    done: bool = False
    """All is as it stays: the message has ended, and its sign says how."""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Traces":
        """What `wire` gave; of an earlier release one 👀 and a message."""
        known = dict(stored)
        old = known.pop("boost_id", None)
        boosts = [Standing(**boost) for boost in known.pop("boosts", ())]
        return cls(boosts=(*boosts, *([Standing(old, SEEN)] if old else [])), **known)

    def wire(self) -> dict[str, Any]:
        """As it is recorded: without what is as it is by default."""
        default = Traces()
        fields = asdict(self).items()
        return {name: value for name, value in fields if value != getattr(default, name)}

    @property
    def is_any(self) -> bool:
        """Whether anything stands, or may stand."""
        return bool(self.boosts or self.message_id or self.posting) or self.above is not None


class Keeping(Protocol):
    """Stores the traces of one message, for whoever has the right to show its signs."""

    async def record(self, traces: Traces) -> None:
        """Keep them where a successor finds them, should this process die.

        Raises Fenced when the right is lost: whoever has it now shows the signs.
        """
        ...


class Record:
    """The traces as they are now, kept at each change."""

    def __init__(self, traces: Traces, keeping: Keeping) -> None:
        self.traces = traces
        self._keeping = keeping

    async def change(self, **changes: Any) -> None:
        """Note what has become of something; with nothing, ask for the right anew."""
        self.traces = replace(self.traces, **changes)
        await self._keeping.record(self.traces)
