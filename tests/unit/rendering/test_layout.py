"""How each kind of Markdown looks in a room."""

import pytest

from consumer.rendering import render


def rendered(text: str) -> str:
    (post,) = render(text)
    return post


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**b** *e*", "<p><strong>b</strong> <em>e</em></p>"),
        ("~~d~~ `a<b`", "<p><del>d</del> <code>a&lt;b</code></p>"),
        ("# One\n## Two", "<h1>One</h1><h2>Two</h2>"),
        ("##### five", "<p><strong>five</strong></p>"),
        ("one\ntwo  \nthree", "<p>one<br>two<br>three</p>"),
        ("> quoted", "<blockquote><p>quoted</p></blockquote>"),
        ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b\n   - c", "<p>3. a</p><p>4. b</p><ul><li>c</li></ul>"),
        ("- [ ] open\n- [x] done", "<ul><li>☐ open</li><li>☑ done</li></ul>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        ("[page](https://e.org/?a=1&b=2)", '<p><a href="https://e.org/?a=1&amp;b=2">page</a></p>'),
        ("<https://e.org>", '<p><a href="https://e.org">https://e.org</a></p>'),
        ("<a@e.org>", '<p><a href="mailto:a@e.org">a@e.org</a></p>'),
        ('[page](https://e.org "why")', '<p><a href="https://e.org">page</a> (why)</p>'),
        ("![a cat](https://e.org/c.png)", '<p><a href="https://e.org/c.png">a cat</a></p>'),
        ("![](https://e.org/c.png)", '<p><a href="https://e.org/c.png">https://e.org/c.png</a></p>'),
        ("[![ci](http://b/i)](http://c)", '<p><a href="http://c">ci (http://b/i)</a></p>'),
        ("so[^n].\n\n[^n]: Because.", "<p>so[n].</p><p>[n] Because.</p>"),
        ("[a][r]\n\n[r]: http://e.org", '<p><a href="http://e.org">a</a></p>'),
        ("[^r] [r]\n\n[^r]: n", "<p>[r] [r]</p><p>[r] n</p>"),
        ("[^r]\n\n[^r]: n\n\n[r]: /u", "<p>[r]</p><p>[r] n</p><p>[r]: /u</p>"),
        ("[r]: http://e.org 'unused'", "<p>[r]: http://e.org unused</p>"),
        ("<b>bold</b> &amp; &lt;", "<p>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;</p>"),
        ("路径 [文](https://例子.com/路)", '<p>路径 <a href="https://%E4%BE%8B%E5%AD%90.com/%E8%B7%AF">文</a></p>'),
        ("#", "<p>#</p>"),
        ("```\n```", "<p>```\n```</p>"),
        ("a\x1b[31mb\ud83dc", "<p>a␛[31mb\ufffdc</p>"),
    ],
)  # fmt: skip
def test_markdown_as_campfire_shows_it(markdown: str, html: str) -> None:
    """Each construct in the tags that every Campfire keeps."""
    assert rendered(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("```python\nif a < b:\n    pass\n```",
         '<pre class="language-python" data-language="python">if a &lt; b:\n    pass</pre>'),
        ("```sh\nls\n```", '<pre class="language-bash" data-language="bash">ls</pre>'),
        ("```js app.js\nx\n```",
         '<p>app.js</p><pre class="language-javascript" data-language="javascript">x</pre>'),
        ('```{r, echo="<b>"}\nx\n```', '<p>{r, echo="&lt;b&gt;"}</p><pre>x</pre>'),
        ("    indented\n      more", "<pre>indented\n  more</pre>"),
    ],
)  # fmt: skip
def test_code_keeps_its_language_and_layout(markdown: str, html: str) -> None:
    """Only text in the `pre`, and the language where Rails' filter keeps it."""
    assert rendered(markdown) == html


def test_a_table_is_aligned_by_the_width_a_reader_sees() -> None:
    """Emoji take two columns; Chinese is filled up with its own space, as wide in any font."""
    table = "| Name | n | 备注 |\n|:--|--:|:-:|\n| Ada | 1 | 你好世界 |\n| Bob 😀 | 200 | ok |"
    assert rendered(table) == (
        '<pre class="nohighlight">'
        "Name   |   n | \u3000 备注\n"
        "-------+-----+-－－－－--\n"
        "Ada    |   1 |  你好世界\n"
        "Bob 😀 | 200 | \u3000\u3000ok</pre>"
    )


def test_a_cell_with_a_bar_in_code_loses_nothing() -> None:
    """GitHub drops the cells beyond the header's; here they stay in the last one."""
    table = "| a | b |\n|---|---|\n| x | `l | r` | more |"
    assert rendered(table).splitlines()[-1] == "x | l | r | more</pre>"


def test_a_wide_table_becomes_a_list() -> None:
    """Over 80 columns a row is an item, with the column's name before each cell."""
    table = f"| Name | Why |\n|---|---|\n| **Ada** | {'long ' * 20}<br>end |\n| Bob | x |"
    assert rendered(table) == (
        "<ul><li><strong>Name:</strong> <strong>Ada</strong><br><strong>Why:</strong> "
        f"{'long ' * 20}<br>end</li>"
        "<li><strong>Name:</strong> Bob<br><strong>Why:</strong> x</li></ul>"
    )


def test_a_table_with_links_becomes_a_list() -> None:
    """Nothing in a `pre` can be clicked as a person expects."""
    table = "| Page |\n|---|\n| [here](https://e.org) |"
    assert rendered(table) == (
        '<ul><li><strong>Page:</strong> <a href="https://e.org">here</a></li></ul>'
    )


def test_data_in_a_link_is_named_not_shown() -> None:
    """Ten kilobytes of base64 help nobody; that they were there is said."""
    (post,) = render(f"![plot](data:image/png;base64,{'A' * 10_000})")
    assert post == "<p>plot (image/png data, 10,008 characters)</p>"


def test_blank_text_is_no_post() -> None:
    """Campfire answers 422 to blanks."""
    assert render(" \n\t ") == ()
