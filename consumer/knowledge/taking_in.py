"""One run of the child over one folder, as the service sees it."""

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from consumer.documents import caged
from consumer.documents.bounded import Bounds
from consumer.documents.children import Children

MODULE = "consumer.knowledge.indexing"

Left = Callable[[int], None]
"""Told now and then how many files are still to be taken in."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How a run ended."""

    exit_code: int
    """0: the index is as the folder was when the run began."""
    files: int
    """That were new or changed."""


async def take_in(
    folder: Path, index: Path, bounds: Bounds, left: Left, children: Children
) -> TakenIn:
    """Bring the index up to date; raises OSError where no child can be started."""
    errand = await asyncio.to_thread(_errand, folder, index, bounds)
    child = await children.start(errand)
    try:
        files = await _followed(child.process, left)
        return TakenIn(await child.process.wait(), files)
    finally:
        await child.end()


def _errand(folder: Path, index: Path, bounds: Bounds) -> caged.Errand:
    real = folder.resolve()
    index.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return caged.Errand(
        module=MODULE,
        arguments=[str(real), str(index.absolute()), json.dumps(asdict(bounds))],
        reads=[real],
        writes=[index.parent.absolute()],
    )


async def _followed(process: Process, left: Left) -> int:
    """Until it ends; how many files it was to take in."""
    of = 0
    while process.stdout is not None and (line := await process.stdout.readline()):
        told = json.loads(line)
        of = told["of"]
        left(of - told["done"])
    return of
