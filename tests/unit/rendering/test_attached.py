"""Links to files that are posted with the answer read as words."""

import pytest

from consumer.rendering import render

FILES = ["plot.png", "annual report.pdf"]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Here: ![the plot](outbox/plot.png)", "<p>Here: the plot</p>"),
        ("![](./outbox/plot.png)", "<p>plot.png</p>"),
        ("[](plot.png)", "<p>plot.png</p>"),
        ("[a **b**](outbox/annual%20report.pdf).", "<p>a <strong>b</strong>.</p>"),
        ("[r](</data/workspaces/2_a/outbox/annual report.pdf>)", "<p>r</p>"),
        ("[![alt](outbox/plot.png)](outbox/plot.png)", "<p>alt</p>"),
        ('![p](outbox/plot.png "a title")', "<p>p (a title)</p>"),
        ('[p](outbox/plot.png "a title")', "<p>p (a title)</p>"),
    ],
)  # fmt: skip
def test_the_words_stay_and_the_path_goes(markdown: str, shown: str) -> None:
    """Whatever way the agent writes the path, a reader sees the label, or the file's name."""
    assert render(markdown, files=FILES) == (shown,)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("[code](src/plot.png)", "<p>code (src/plot.png)</p>"),
        ("[other](outbox/other.pdf)", "<p>other (outbox/other.pdf)</p>"),
        ("[w](https://e.org/plot.png)", '<p><a href="https://e.org/plot.png">w</a></p>'),
        ("`outbox/plot.png`", "<p><code>outbox/plot.png</code></p>"),
    ],
)
def test_everything_else_is_shown_as_ever(markdown: str, shown: str) -> None:
    """What is not posted keeps its target: nothing vanishes."""
    assert render(markdown, files=FILES) == (shown,)


def test_a_link_in_a_table_stays_in_the_table() -> None:
    """A table whose links are all of posted files is aligned, having nothing to click."""
    (post,) = render("| a | b |\n|---|---|\n| 1 | [p](outbox/plot.png) |", files=FILES)
    assert post == '<pre class="nohighlight">a | b\n--+--\n1 | p</pre>'
