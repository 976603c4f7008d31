"""Every webhook that Campfire was recorded to send: what the agent is told of it, word for word."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumer.briefing.content import Content, content_of
from consumer.reading import Known
from ingress.webhook.payload import parse
from shared.inbound import InboundMessage

RECORDINGS = Path(__file__).parents[2] / "recordings"
NAMES = {3: "Assistant", 4: "Second Bot", 5: "Bob Baker", 7: "Ann", 8: "Anna"}
"""Who is known by id: a mention that no editor wrote shows no name."""
AT_ONCE = ("at once from Ada", "at once from Bob", "at once from Mike")
TOLD: dict[str, tuple[str, ...]] = {
    "w00": ('你好 what is <b> & "x"?\nsecond line',),
    "w01": ("hello, what is 2+2?",),
    "w02": ("hi from trix",),
    "w06": ("hello bot",),
    "w07": ("hi both", "hi both"),
    "w08": ("closed room",),
    "w10b": (
        "# Title 标题\n\nHello **bold** *it* ~~struck~~ 你好，世界 😀🇩🇪\n\n"
        "- one\n- two\n  - nested\n\n"
        "1. first\n2. second\n\n> quoted 引用\n\n```\ndef f(x):\n    return x > 1\n```\n\n"
        "line one\nline two\n\nlink (https://example.com/?a=1&b=2)",
    ),
    "w14": ("before[picture: without words]after x (javascript:alert(3))",),
    "w15": ("file image/png: photo.png",),
    "w16": ("file text/plain: 报告 notes.txt",),
    "w18": ("see file",),
    "w19": ("hello from second",),
    "w21": ("hi from assistant",),
    "w24": ("/play tada",),
    "w26": ("I am another person",),
    "w27": ("@Assistant and @Second Bot hello", "and @Second Bot hello"),
    "w30": ("@Ada Admin hi",),
    "w32": ("file text/csv: 报告 2026 (最终版) -v2-.csv",),
    "w35": ("file application/pdf: 报告.pdf",),
    "w36": ("result: **42**",),
    "w37": AT_ONCE,
    "w38": AT_ONCE,
    "w39": ("slow, and @Bob Baker is mentioned",),
    "w40": ("x" * 99_989,),
    "w41": (
        "what does this do?\n\n```\ndef f(x):\n    return x > 1\n\nprint(f(2))\n```\n\n"
        "I think it is the last line.",
    ),
    "w42": (
        "# One\n\n## Two\n\n### Three\n\n- a\n  - b\n    1. c\n- d\n\n1. x\n2. y\n\n---\n\nend",
    ),
    "w43": ("> quoted one\n> quoted two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nend",),
    "w44": ("Could you, @Assistant, ask @Bob Baker about it?",),
    "w45": ("Could you, @Assistant, ask @Bob Baker about it?",),
    "w46": (
        "> @Assistant was quoted\n\n```\n@Second Bot in code\n```",
        "> @Assistant was quoted\n\n```\n@Second Bot in code\n```",
    ),
    "w48": ("query",),
    "w49": ("anybody?",),
    "w50": ("second wording",),
    "w52": ("and then you left the room",),
    "w55": ("hello",),
    "w57": ("please ask @Anna",),
    "w58": ("> the quoted text\n> — Ada Admin\n\nwhat about this?",),
    "w59": ("👍🏽",),
    "w60": ("look https://example.com/a [preview: Title of the page: Description]",),
    "w63": ("```\ndef f(x):\n    return x > 1\n```",),
    "w64": ("Hi @Assistant and @Bob Baker please look",),
}


def deliveries(case: Path) -> Iterator[tuple[InboundMessage, int]]:
    """The messages of a recording, as the ingress takes them, and the called bot's user id."""
    for request in json.loads(case.read_text()).get("webhook_requests", []):
        if not request.get("body_text"):
            continue
        delivery = parse(request["body_text"].encode())
        message = delivery.inbound("assistant", "1", 0)
        yield message, int((delivery.bot_key or "").partition("-")[0])


def shown(content: Content) -> str:
    """The content on one line of the table."""
    return content.text if content.file is None else f"file {content.file}: {content.text}"


def recordings() -> list[Path]:
    """Those with a delivery, of both releases."""
    cases = sorted(RECORDINGS.glob("[mv]*/w*.json"))
    return [case for case in cases if any(deliveries(case))]


@pytest.mark.parametrize("case", recordings(), ids=lambda case: str(case.stem))
def test_what_is_told_of_a_recorded_delivery(case: Path) -> None:
    """Code fenced, lines kept, lists, quotes with whom they quote, addresses, mentions by name,
    tables, files as files; without the bot's own call, and with every longer name whole."""
    told = [
        shown(content_of(message, Known(bot, NAMES[bot], NAMES)))
        for message, bot in deliveries(case)
    ]
    assert sorted(told) == sorted(TOLD[case.stem.partition("_")[0]])


def test_no_recorded_delivery_is_left_out() -> None:
    """The table has all of them, and all of the table are there."""
    found = {case.stem.partition("_")[0] for case in recordings()}
    assert found == set(TOLD)
