"""Claims that nobody here runs: they were lost on their way, or ended before their turn began."""

from collections.abc import Callable

from consumer.queue.handed import HandedOver
from consumer.queue.repairing.repairs import Repairs


class CutOff:
    """Gives them back at once: the sweeper would need two rounds, and their lanes stand still for
    ten seconds."""

    def __init__(self, repairs: Repairs, handed: HandedOver, holds: Callable[[str], bool]) -> None:
        """`holds`: whether the worker here runs a job."""
        self._repairs, self._handed, self._holds = repairs, handed, holds
        self._known = set[str]()
        self._is_unsure = False
        """Redis may hold something for running that is not, and we do not know what."""

    def note(self, job_id: str) -> None:
        """This one is claimed, and nobody runs it."""
        self._known.add(job_id)

    def suspect(self) -> None:
        """The answer to a claim may be lost, or what was handed over."""
        self._is_unsure = True

    async def give_back(self) -> None:
        """Set going again what there is; raises redis.RedisError, and is to be asked again then."""
        if self._is_unsure:
            await self._find()
        if self._known:
            found = frozenset(self._known)
            await self._repairs.abandon(found)
            self._known -= found

    async def _find(self) -> None:
        self._is_unsure = False  # what is lost from here on counts anew
        try:
            running = await self._repairs.running()
        except BaseException:
            self._is_unsure = True
            raise
        self._known |= {job for job in running.job_ids if not self._holds(job)}
        self._handed.void_until(running)
