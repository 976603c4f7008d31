"""The homes of lanes as a dictionary: what Redis is to several members."""

import asyncio
from dataclasses import dataclass, field

from shared.lane import Lane


@dataclass
class FakeHomes:
    """One of several members that share `homes`; all of them live."""

    name: str
    homes: dict[Lane, str]
    let_gone: list[Lane] = field(default_factory=list)
    """Each lane that was let go, in order."""
    hears: asyncio.Event = field(default_factory=asyncio.Event)
    """Unset: what is let go is told of, and not heard yet."""
    running: set[Lane] = field(default_factory=set)
    """Those in which a claimed message runs here: they are not let go."""

    def __post_init__(self) -> None:
        self.hears.set()

    async def take(self, lane: Lane) -> bool:
        """See Homes."""
        return self.homes.setdefault(lane, self.name) == self.name

    async def let_go(self, *lanes: Lane) -> None:
        """See Homes."""
        await self.hears.wait()
        for lane in lanes:
            if self.homes.get(lane) == self.name and lane not in self.running:
                del self.homes[lane]
                self.let_gone.append(lane)

    async def mine(self) -> set[Lane] | None:
        """See Homes."""
        return {lane for lane, name in self.homes.items() if name == self.name}

    async def elsewhere(self) -> set[Lane]:
        """See Homes."""
        return {lane for lane, name in self.homes.items() if name != self.name}
