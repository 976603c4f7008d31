"""How each kind of Markdown looks in a room."""

# ruff: noqa: E501 (a case a line reads better than a wrapped one)
import pytest

from consumer.rendering import render


def rendered(text: str) -> str:
    (post,) = render(text)
    return post


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**b** *e*", "<div><strong>b</strong> <em>e</em></div>"),
        ("~~d~~ `a<b`", "<div><del>d</del> <code>a&lt;b</code></div>"),
        ("a\n\nb", "<div>a</div><div><br></div><div>b</div>"),
        ("# One\ntext", "<h1>One</h1><div>text</div>"),
        ("a\n## Two\nb", "<div>a</div><div><br></div><div><strong>Two</strong></div><div>b</div>"),
        ("##### five", "<div><strong>five</strong></div>"),
        ("one\ntwo  \nthree", "<div>one<br>two<br>three</div>"),
        ("> one\n>\n> two", "<blockquote>one<br><br>two</blockquote>"),
        ("> so:\n> - a", "<blockquote>so:<br><ul><li>a</li></ul></blockquote>"),
        ("> # H\n> a", "<blockquote><strong>H</strong><br>a</blockquote>"),
        ("so:\n- a\n- b\n  - c\n\nd", "<div>so:</div><ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
         "<div><br></div><div>d</div>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("1. a\n\n   more\n2. b", "<ol><li>a<br><br>more</li><li>b</li></ol>"),
        ("- a\n  ```\n  x\n  ```\n  b", '<ul><li>a<br><br><pre class="nohighlight">x</pre><br><br>b</li></ul>'),
        ("3. a\n4. b\n   - c\n5. d", "<div>3. a<br>4. b</div><ul><li>c</li></ul><div><br></div><div>5. d</div>"),
        ("- [ ] open\n- [x] done", "<div>☐ open<br>☑ done</div>"),
        ("- [ ] a\n  - [x] b", "<div>☐ a<br>\u2003☑ b</div>"),
        ("- [ ] open\n- plain", "<ul><li>☐ open</li><li>plain</li></ul>"),
        ("a\n\n---\n\nb", "<div>a</div><div><br></div><hr><div><br></div><div>b</div>"),
        ("[page](https://e.org/?a=1&b=2)", '<div><a href="https://e.org/?a=1&amp;b=2">page</a></div>'),
        ("<https://e.org>", '<div><a href="https://e.org">https://e.org</a></div>'),
        ("<a@e.org>", '<div><a href="mailto:a@e.org">a@e.org</a></div>'),
        ('[page](https://e.org "why")', '<div><a href="https://e.org">page</a> (why)</div>'),
        ("![a cat](https://e.org/c.png)", '<div><a href="https://e.org/c.png">a cat</a></div>'),
        ("![](https://e.org/c.png)", '<div><a href="https://e.org/c.png">https://e.org/c.png</a></div>'),
        ("[![ci](http://b/i)](http://c)", '<div><a href="http://c">ci (http://b/i)</a></div>'),
        ("so[^n].\n\n[^n]: Because.\n\nEnd.", "<div>so[n].</div><div><br></div><div>End.</div>"
         "<div><br></div><div>[n] Because.</div>"),
        ("a[^n] b[^m]\n\n[^n]: N\n\n[^m]: M", "<div>a[n] b[m]</div><div><br></div><div>[n] N<br>[m] M</div>"),
        ("[a][r]\n\n[r]: http://e.org", '<div><a href="http://e.org">a</a></div>'),
        ("[^r]\n\n[^r]: n\n\n[r]: /u", "<div>[r]</div><div><br></div><div>[r]: /u</div>"
         "<div><br></div><div>[r] n</div>"),
        ("[r]: http://e.org 'unused'", "<div>[r]: http://e.org unused</div>"),
        ("<b>bold</b> &amp; &lt;", "<div>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;</div>"),
        ("路径 [文](https://例子.com/路)", '<div>路径 <a href="https://%E4%BE%8B%E5%AD%90.com/%E8%B7%AF">文</a></div>'),
        ("#", "<div>#</div>"),
        ("```\n```", "<div>```\n```</div>"),
        ("a\x1b[31mb\ud83dc", "<div>a␛[31mb\ufffdc</div>"),
    ],
)  # fmt: skip
def test_markdown_as_campfire_shows_it(markdown: str, html: str) -> None:
    """Each construct in the tags that every Campfire keeps."""
    assert rendered(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("```python\nif a < b:\n    pass\n```",
         '<pre class="language-python">if a &lt; b:\n    pass</pre>'),
        ("```sh\nls\n```", '<pre class="language-bash">ls</pre>'),
        ("```yaml\na: 1\n```", '<pre class="nohighlight">a: 1</pre>'),
        ("```\nplain\n```", '<pre class="nohighlight">plain</pre>'),
        ("so:\n```sh\nls\n```\nyes", '<div>so:</div><pre class="language-bash">ls</pre><div><br></div><div>yes</div>'),
        ("```js app.js\nx\n```",
         '<div><strong>app.js</strong></div><pre class="language-javascript">x</pre>'),
        ('```{r, echo="<b>"}\nx\n```',
         '<div><strong>{r, echo="&lt;b&gt;"}</strong></div><pre class="nohighlight">x</pre>'),
        ("    indented\n      more", '<pre class="nohighlight">indented\n  more</pre>'),
    ],
)  # fmt: skip
def test_code_keeps_its_language_and_layout(markdown: str, html: str) -> None:
    """Only text in the `pre`; a class that Campfire knows, or the one that it leaves plain."""
    assert rendered(markdown) == html


def test_a_narrow_table_is_aligned() -> None:
    """Columns that a phone has room for stand below each other."""
    table = "| Name | n | ok |\n|:--|--:|:-:|\n| Ada | 1 | yes |\n| Bob | 200 | no |"
    assert rendered(table) == (
        '<pre class="nohighlight">Name    n   ok\n────  ───  ───\nAda     1  yes\nBob   200   no</pre>'
    )


@pytest.mark.parametrize(("width", "tag"), [(37, "<pre "), (38, "<div>")])
def test_a_table_is_aligned_where_a_phone_has_room(width: int, tag: str) -> None:
    """37 columns fit into a room at 390 px; one more would wrap."""
    assert rendered(f"| a | b |\n|---|---|\n| {'x' * 10} | {'y' * (width - 12)} |").startswith(tag)


def test_a_cell_with_a_bar_in_code_loses_nothing() -> None:
    """GitHub drops the cells beyond the header's; here they stay in the last one."""
    table = "| a | b |\n|---|---|\n| x | `l | r` | more |"
    assert rendered(table).splitlines()[-1] == "x  l | r | more</pre>"


@pytest.mark.parametrize(
    ("table", "html"),
    [
        ("| Name | Why | n |\n|---|---|---|\n| **Ada** | long long long long long long<br>end | |\n| Bob | x | 2 |",
         "<div><strong>Name</strong></div>"
         "<ul><li><strong><strong>Ada</strong></strong>: Why long long long long long long<br>end · n –</li>"
         "<li><strong>Bob</strong>: Why x · n 2</li></ul>"),
        ("| 名称 | 数量 |\n|---|---|\n| 苹果 | 12 |",
         "<div><strong>名称</strong></div><ul><li><strong>苹果</strong>: 数量 12</li></ul>"),
        ("| Page |\n|---|\n| [here](https://e.org) |",
         '<div><strong>Page</strong></div><ul><li><a href="https://e.org">here</a></li></ul>'),
        ("| | 上 |\n|---|---|\n| x | 😀 |", "<ul><li><strong>x</strong>: 上 😀</li></ul>"),
    ],
)  # fmt: skip
def test_other_tables_are_records(table: str, html: str) -> None:
    """Wide ones, such with wide signs, and such with something to click: an item a row."""
    assert rendered(table) == html


def test_data_in_a_link_is_named_not_shown() -> None:
    """Ten kilobytes of base64 help nobody; that they were there is said."""
    (post,) = render(f"![plot](data:image/png;base64,{'A' * 10_000})")
    assert post == "<div>plot (image/png data, 10,008 characters)</div>"


def test_blank_text_is_no_post() -> None:
    """Campfire answers 422 to blanks."""
    assert render(" \n\t ") == ()
