"""`python -m tests.fuzz`: many requests at the real web process; exit code 1 when a rule breaks."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.stack import Stack
from tests.fuzz.campaign import Campaign

FLAT = 32 * 1024 * 1024
"""Bytes that a process may gain and still be called flat: allocators keep some."""


def broken(campaign: Campaign, errors: list[str]) -> list[str]:
    """Every rule that did not hold."""
    found = list(campaign.judge.complaints)
    if campaign.grown > FLAT:
        found.append(f"memory grew by {campaign.grown >> 20} MiB")
    if campaign.unanswered:
        found.append(f"{campaign.unanswered} whole requests were not answered")
    return found + errors


async def fuzz(folder: Path, redis_url: str, count: int, seed: int) -> list[str]:
    """Run one campaign against a web process of its own; gives what broke."""
    stack = Stack(folder, redis_url=redis_url)
    await stack.web.start()
    try:
        await stack.web.log.event("ingress_listening")
        campaign = Campaign(stack, seed)
        began = time.monotonic()
        await campaign.run(count)
        seconds = time.monotonic() - began
        statuses = dict(sorted(campaign.judge.statuses.items()))
        print(  # noqa: T201
            f"{count} requests, seed {seed}, {seconds:.0f} s, statuses {statuses}, "
            f"memory {campaign.grown / 2**20:+.1f} MiB"
        )
        assert await stack.web.terminate() == 0
        errors = [str(event) for event in stack.web.log.events(level="error")]
        return broken(campaign, errors + stack.web.log.others())
    finally:
        await stack.stop()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, EmbeddedValkey(Path(name) / "valkey") as valkey:
        folder = Path(name) / "stack"
        folder.mkdir()
        problems = asyncio.run(fuzz(folder, valkey.url, given.requests, given.seed))
    for problem in problems[:50]:
        print(problem)  # noqa: T201
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
