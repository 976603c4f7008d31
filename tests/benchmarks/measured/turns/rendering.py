"""A 10 KB answer rendered, split and escaped for Campfire, over markdown-it's own HTML of it."""

import time
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt

from consumer.rendering import render
from sandbox.model.samples import MARKDOWN
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, latency_ratios

CHARACTERS, TIMES = 10_000, 100


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Both on the same text, by turns."""
    text = (f"{MARKDOWN}\n\n" * CHARACTERS)[:CHARACTERS]
    alone = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    ours, theirs = list[float](), list[float]()
    for _ in range(workshop.times(TIMES)):
        ours.append(_seconds(lambda: render(text)))
        theirs.append(_seconds(lambda: alone.render(text)))
    return latency_ratios(
        "rendering a 10 KB answer", ("render()", ours), ("markdown-it-py alone", theirs)
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
