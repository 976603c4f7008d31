"""What a webhook costs the ingress, from socket to Redis and back, over doing nothing."""

import asyncio
import json
from collections.abc import Sequence
from itertools import count
from statistics import median

from tests.acceptance.environment import procfile, stack_environment
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.cpu import cpu_s
from tests.benchmarks.load import Load, run_load
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.benchmarks.server import running_server
from tests.deliveries import RECORDED_KEY, delivery

ROUNDS, WEBHOOKS_A_ROUND = 12, 1200
INGRESS, BARE = "ingress, accepted into Redis", "bare ASGI, empty 204"


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Rounds of distinct messages to the ingress and of the same bytes to a bare server."""
    folder = workshop.folder
    settings = stack_environment(
        folder,
        redis_url=workshop.valkey.url,
        prefix="bench-webhook",
        web_port=0,
        sandbox_port=1,
    )
    ingress = running_server(procfile()["web"], folder, settings)
    bare = running_server("python -m tests.benchmarks.programs.bare_server 204", folder, {})
    async with ingress as ours, bare as theirs:
        return await _compare(Side(*ours), Side(*theirs), workshop)


class Side:
    """One of the two servers, and what was measured of it, round by round."""

    def __init__(self, port: int, pid: int) -> None:
        self.loads: list[Load] = []
        self.cpu: list[float] = []
        self._port = port
        self._pid = pid

    async def take(self, requests: Sequence[bytes]) -> None:
        """Send these, and note time and CPU time."""
        before = cpu_s(self._pid)
        self.loads.append(await asyncio.to_thread(run_load, self._port, requests))
        self.cpu.append((cpu_s(self._pid) - before) / len(requests))

    @property
    def latencies(self) -> list[float]:
        """Of all rounds."""
        return [latency for load in self.loads for latency in load.latencies]


async def _compare(ours: Side, theirs: Side, workshop: Workshop) -> list[Ratio]:
    numbers = count(1)
    for number in range(workshop.times(ROUNDS)):
        requests = [_request(next(numbers)) for _ in range(workshop.times(WEBHOOKS_A_ROUND))]
        # By turns, and each first as often as second.
        for side in (ours, theirs) if number % 2 else (theirs, ours):
            await side.take(requests)
    pairs = list(zip(ours.loads, theirs.loads, strict=True))
    throughput = median(base.seconds / load.seconds for load, base in pairs)
    size = len(ours.latencies)
    return [
        Ratio(
            name="webhook, requests/s",
            of=INGRESS,
            over=BARE,
            value=throughput,
            count=size,
            better="higher",
        ),
        *latency_ratios("webhook", (INGRESS, ours.latencies), (BARE, theirs.latencies)),
        Ratio(
            name="webhook, CPU a request",
            of=INGRESS,
            over=BARE,
            value=median(ours.cpu) / median(theirs.cpu),
            count=size,
        ),
    ]


def _request(number: int) -> bytes:
    """A distinct message, in a room of its own, with Campfire's own headers."""
    body = json.dumps(delivery(key=RECORDED_KEY, room_id=number, message_id=number)).encode()
    head = (
        "POST /webhook/assistant HTTP/1.1\r\nContent-Type: application/json\r\nAccept: */*\r\n"
        f"User-Agent: Ruby\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
