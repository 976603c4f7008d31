"""An errand that is asked on its standard input and answers on its output: one caged child each."""

import asyncio
import os

import structlog

from consumer.documents import caged

log = structlog.get_logger(__name__)


class Answering:
    """Runs errands in the cage where one can be made, which is found out once."""

    def __init__(self) -> None:
        self._caged: bool | None = None
        self._finding_out = asyncio.Lock()

    async def answer(self, errand: caged.Errand, given: bytes, *, seconds: float) -> bytes:
        """All that the child tells; it is ended at its time, with all that it started.

        Raises TimeoutError, and OSError where no child can be started.
        """
        child = await caged.start(errand, caged=await self._is_caged())
        try:
            async with asyncio.timeout(seconds):
                told, _ = await child.communicate(given)
        finally:
            await caged.end(child)
        return told

    async def _is_caged(self) -> bool:
        async with self._finding_out:
            if self._caged is None:
                self._caged = await caged.can_be_caged()
                if not self._caged:
                    log.warning("readers_uncaged", uid=os.geteuid())
        return self._caged
