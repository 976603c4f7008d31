"""How numbers, times and names stand on the page."""

import pytest

from consumer.campfire import errors
from ingress.operator.page.texts import PageTexts
from shared.catalogue import catalogue
from shared.errors import CampfireError
from shared.operating.now import Sign
from shared.operating.timeline import Step

EN, ZH = PageTexts(catalogue("en")), PageTexts(catalogue("zh"))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0.0, "0 s"),
        (0.44, "0.4 s"),
        (9.99, "10 s"),
        (59.6, "1 min"),
        (80, "1 min 20 s"),
        (600, "10 min"),
        (3 * 3600 + 60, "3 h 1 min"),
        (86_400 * 12, "12 d"),
    ],
)
def test_a_span_is_said_in_one_unit_or_two(seconds: float | None, said: str) -> None:
    """Exact where it is short, in the largest units where it is long."""
    assert EN.took(seconds) == said


def test_moments_are_said_from_now() -> None:
    """In one unit; a clock that is behind makes no time in the future of it."""
    assert EN.ago(1000, 1000 + 95) == "1 min ago"
    assert ZH.ago(1000, 1000 + 95) == "1 分钟前"
    assert EN.ago(2000, 1000) == "0 s ago"
    assert EN.ago(None, 1000) == "never"
    assert EN.since("2026-11-28T09:00:00+00:00", 1795856400.0 + 7200) == "2 h ago"
    assert EN.since("no moment", 0) == "no moment"


def test_money_shows_small_sums_too() -> None:
    """A turn costs less than a cent."""
    assert [EN.money(it) for it in (0.0, 0.0091, 12.345, 1234.5)] == [
        "$0.00",
        "$0.009",
        "$12.35",
        "$1,234.50",
    ]


def test_what_another_version_says_is_shown_as_it_is() -> None:
    """A word that this catalogue does not know is no error in the night."""
    assert EN.said_of("outcome", "evaporated") == "evaporated"
    assert EN.reason("Evaporated") == "Evaporated"
    assert EN.sign(Sign(part="redis", ok=False, why="haunted")) == "haunted"


@pytest.mark.parametrize("words", [EN, ZH])
def test_each_way_in_which_campfire_refuses_is_said_in_words(words: PageTexts) -> None:
    """Dead letters die of these: whoever looks at one by night reads no name of a class."""
    kinds: list[type[Exception]] = [CampfireError, *_below(CampfireError)]
    told = {words.reason(kind.__name__) for kind in kinds}
    assert len(told) == len(kinds) > 10
    assert not told & {kind.__name__ for kind in kinds}


def _below(kind: type[Exception]) -> list[type[Exception]]:
    found = [it for it in kind.__subclasses__() if it.__module__ == errors.__name__]
    return [*found, *(lower for it in found for lower in _below(it))]


def test_a_step_says_what_happened_and_how_long_it_took() -> None:
    """Tools by name; a failed one says so."""
    tool = Step(at_ms=1, what="tool", name="WebFetch", seconds=2.44)
    assert EN.step(tool) == "uses WebFetch (2.4 s)"
    assert EN.step(tool.model_copy(update={"failed": True})) == "WebFetch failed (2.4 s)"
    assert EN.step(Step(at_ms=1, what="settled", name="completed")) == "Ended: answered"


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        (("rule 2", None), "rule 2", "规则 2"),
        ((None, "show-text log-in 9a-fe0a"), "looked at the text by log-in 9a-fe0a", None),
        ((None, "pause room:7 log-in 0a"), "pause room:7 by log-in 0a", "暂停 房间:7 登录 0a"),
        (("no_rules", "request 3"), "no rules · request 3", "没有规则 · 申请 3"),
        ((None, "evaporated"), "evaporated", "evaporated"),
        ((None, None), "–", "–"),
    ],
)
def test_how_something_came_about_is_said_in_words(
    said: tuple[str | None, ...], en: str, zh: str | None
) -> None:
    """Ours in people's language; ids and another release's as they are."""
    assert EN.how(*said) == en
    assert zh is None or ZH.how(*said) == zh


@pytest.mark.parametrize("part", ["keys", "files"])
def test_without_a_consumer_nothing_is_said_to_be_wrong(part: str) -> None:
    """A sign that is not known says so, and not what would be wrong."""
    sign = Sign.model_validate({"part": part, "ok": None, "why": "refused"})
    assert EN.sign(sign) == "Not known without a consumer"
