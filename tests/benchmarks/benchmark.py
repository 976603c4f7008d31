"""What a benchmark is, and finding all of them."""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from operate.launch.valkey import EmbeddedValkey
from tests.benchmarks import measured
from tests.benchmarks.results.curve import Curve
from tests.benchmarks.results.ratio import Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a run lends its benchmarks."""

    valkey: EmbeddedValkey
    """A real server, AOF on; use a key prefix of your own."""
    folder: Path
    """Empty, of this benchmark alone."""
    quick: bool
    """Only show that it works: few measurements."""

    def times(self, full: int) -> int:
        """How often to measure: `full`, or a twentieth of it (4 at least) for a quick run."""
        return max(4, full // 20) if self.quick else full

    def sizes(self, *full: int) -> Sequence[int]:
        """Through which sizes something grows: `full`, or the first and a few more."""
        return (
            (full[0], *(20 * full[0] * step for step in range(1, len(full))))
            if self.quick
            else full
        )


class Benchmark(Protocol):
    """A module in a folder of `measured/`."""

    async def measure(self, workshop: Workshop) -> Sequence[Ratio | Curve]:
        """Measure, and end everything that was started for it."""
        ...


def benchmarks() -> dict[str, Benchmark]:
    """All of them by name, in the order of their names."""
    modules = pkgutil.walk_packages(measured.__path__, f"{measured.__name__}.")
    found = {it.name.rpartition(".")[2]: it.name for it in modules if not it.ispkg}
    return {name: cast(Benchmark, importlib.import_module(found[name])) for name in sorted(found)}
