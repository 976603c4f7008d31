"""Links to files that are posted with the answer read as words."""

import pytest

from consumer.rendering import render

FILES = ["plot.png", "annual report.pdf"]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Here: ![the plot](outbox/plot.png)", "<div>Here: the plot</div>"),
        ("![](./outbox/plot.png)", "<div>plot.png</div>"),
        ("[](plot.png)", "<div>plot.png</div>"),
        ("[a **b**](outbox/annual%20report.pdf).", "<div>a <strong>b</strong>.</div>"),
        ("[r](</data/workspaces/2_a/outbox/annual report.pdf>)", "<div>r</div>"),
        ("[![alt](outbox/plot.png)](outbox/plot.png)", "<div>alt</div>"),
        ('![p](outbox/plot.png "a title")', "<div>p (a title)</div>"),
        ('[p](outbox/plot.png "a title")', "<div>p (a title)</div>"),
    ],
)  # fmt: skip
def test_the_words_stay_and_the_path_goes(markdown: str, shown: str) -> None:
    """Whatever way the agent writes the path, a reader sees the label, or the file's name."""
    assert render(markdown, files=FILES) == (shown,)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("[code](src/plot.png)", "<div>code (src/plot.png)</div>"),
        ("[other](outbox/other.pdf)", "<div>other (outbox/other.pdf)</div>"),
        ("[w](https://e.org/plot.png)", '<div><a href="https://e.org/plot.png">w</a></div>'),
        ("`outbox/plot.png`", "<div><code>outbox/plot.png</code></div>"),
    ],
)
def test_everything_else_is_shown_as_ever(markdown: str, shown: str) -> None:
    """What is not posted keeps its target: nothing vanishes."""
    assert render(markdown, files=FILES) == (shown,)


def test_a_link_in_a_table_stays_in_the_table() -> None:
    """A table whose links are all of posted files is aligned, having nothing to click."""
    (post,) = render("| a | b |\n|---|---|\n| 1 | [p](outbox/plot.png) |", files=FILES)
    assert post == '<pre class="nohighlight">a  b\n─  ─\n1  p</pre>'
