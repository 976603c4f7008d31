"""Children that handle what others wrote: in the cage where one can be made, else without one."""

import asyncio
import os

import structlog

from consumer.documents import caged

log = structlog.get_logger(__name__)


class Children:
    """Whether a cage can be made is found out once, as the first of them is started."""

    def __init__(self) -> None:
        self._caged: bool | None = None
        self._finding_out = asyncio.Lock()

    async def start(self, errand: caged.Errand) -> caged.Child:
        """See `caged.start`; raises OSError where no child can be started."""
        return await caged.start(errand, caged=await self._is_caged(errand.module))

    async def _is_caged(self, module: str) -> bool:
        async with self._finding_out:
            if self._caged is None:
                self._caged = await caged.can_be_caged()
                if not self._caged:
                    log.warning("readers_uncaged", module=module, uid=os.geteuid())
        return self._caged
