"""Long answers in parts: at block borders, in order, under the bound, each part whole."""

import pytest

from consumer.rendering import POST_BYTES, render
from tests.unit.rendering.shown import assert_harmless, notice_bytes, text_alone


def test_a_short_answer_is_one_post() -> None:
    """Nothing is split that fits."""
    assert len(render("# Hi\n\n" + "word " * 600)) == 1


def test_blocks_stay_whole_where_they_fit() -> None:
    """Parts end between paragraphs, and are filled as far as whole paragraphs go."""
    paragraph = "word " * 60
    posts = render("\n\n".join([paragraph] * 10), limit=1000)
    assert [post.count("word</div>") for post in posts] == [3, 3, 3, 1]


def test_a_heading_stays_with_its_text() -> None:
    """A heading never stands last in a part."""
    posts = render("\n\n".join(["x" * 150, "# Next", "y" * 50]), limit=200)
    assert [post[:6] for post in posts] == ["<div>x", "<h1>Ne"]


def test_long_code_is_cut_between_lines_and_opened_again() -> None:
    """Every part of the code is a block of its own, with the language."""
    code = "\n".join(f"line_{number} = {number}" for number in range(2000))
    posts = render(f"```python\n{code}\n```")
    assert len(posts) > 2
    for post in posts:
        assert post.startswith('<pre class="language-python">line_')
        assert post.endswith("</pre>")
        assert notice_bytes(post) <= POST_BYTES
    assert text_alone(posts).replace("\n\n\n", "\n").strip().split() == code.split()


def test_a_part_of_code_does_not_begin_with_a_blank_line() -> None:
    """A browser drops a newline right behind <pre>, and with it a line of the code's layout."""
    posts = render("```\n" + "x\n\n\n\n" * 300 + "```", limit=200)
    assert len(posts) > 2
    assert all(post.startswith('<pre class="nohighlight">x') for post in posts)


@pytest.mark.parametrize("sentence", ["A sentence of some words. ", "这是一个句子，没有空格。"])
def test_long_text_is_cut_after_sentences(sentence: str) -> None:
    """A paragraph too long for one part ends its parts where a sentence ends."""
    posts = render("**" + (sentence * 200).strip() + "**", limit=1000)
    assert len(posts) > 2
    for post in posts:
        assert post.startswith("<div><strong>")
        assert post.removesuffix("</strong></div>").rstrip().endswith((".", "。"))
        assert notice_bytes(post) <= 1000


def test_a_long_ordered_list_keeps_its_numbers() -> None:
    """A list that continues in the next part does not start from 1 again."""
    text = "\n".join(f"{number}. item {number} {'x' * 50}" for number in range(1, 60))
    posts = render(text, limit=1000)
    words = text_alone(posts).split()
    assert len(posts) > 2
    assert [word for word in words if word.endswith(".")] == [f"{n}." for n in range(1, 60)]


def test_an_emoji_is_never_cut_in_two() -> None:
    """What a reader sees as one character stays one, in words that have no border at all."""
    family = "👩\u200d👩\u200d👧\u200d👦"
    posts = render(family * 300, limit=300)
    assert len(posts) > 2
    assert all(post.removeprefix("<div>").startswith(family) for post in posts)


@pytest.mark.parametrize(
    "text",
    ["x" * 40_000, "word " * 8_000, "- item\n" * 8_000, "> > - deep " + "text " * 8_000,
     "https://example.com/" + "a" * 30_000, "[l](https://example.com/" + "a" * 30_000 + ")",
     "| a |\n|---|\n" + "| [b](http://c) |\n" * 3_000, "**bold _and_ `code`** " * 2_000,
     "&" * 20_000, "```\n" + "y" * 40_000 + "\n```"],
)  # fmt: skip
def test_no_part_exceeds_the_bound(text: str) -> None:
    """Whatever is long - words, lists, links, lines of code - every part fits."""
    posts = render(text)
    assert len(posts) > 1
    for post in posts:
        assert notice_bytes(post) <= POST_BYTES
        assert_harmless(post)


def test_a_bound_too_small_for_markup_is_refused() -> None:
    """The caller learns of it, rather than getting empty parts."""
    with pytest.raises(ValueError, match="limit"):
        render("text", limit=100)
