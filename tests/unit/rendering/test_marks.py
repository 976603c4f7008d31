"""Which marks are Markdown and which are the text: Chinese, Japanese, Korean, addresses, code."""

import pytest

from consumer.rendering import render

KEPT = [
    "https://example.com/api/_v1_/users",
    "see https://example.com/*/a*b*/x and",
    "http://localhost:8000/__debug__/",
    "https://example.com/a?x=1&copy=2&y=_z_",
    "https://en.wikipedia.org/wiki/Rust_(language)_x",
    "请看 https://example.com/_a_/b，谢谢",
    "（https://example.com/_a_）",
    "__init__.py#L16",
    "src/__init__.py and __main__.py:12",
    "tests/__init__.py",
    "__main__:app",
    "a/_b_/c",
    "config._private_.value",
    "a*b*c",
    "2*3*4 = 24",
    "2**3**4",
    "5 * 3 * 2",
    "f(*args, **kwargs)",
    "*.txt and *.md",
    "ls *.py",
    "snake_case_name",
    "x**2 + y**2",
    "これは_重要_です",
    r"\(x\)",
    r"\(a_1 + b_2\)",
    r"\[ \sum_{i} x_i \]",
    r"C:\_work\*.txt",
    r"C:\new\(copy)\_x_",
    r"\\server\share\_x_",
    r"D:\__pycache__",
    "$x_1$ and $y_2$",
    "3~5天，10~20个",
    "a ~ b ~ c",
    "文件_名_字",
    "变量 user_id_x 的值",
    "x^2^ H~2~O",
]
"""Text that a reader must see to the letter."""

BOLD = [
    ("**退款政策：**七天内可以退", "<strong>退款政策：</strong>七天内可以退"),
    ("退款**政策。**七天", "退款<strong>政策。</strong>七天"),
    ("**“引号”**之后", "<strong>“引号”</strong>之后"),
    ("这是**重点**内容", "这是<strong>重点</strong>内容"),
    ("这是**《书名》**吗", "这是<strong>《书名》</strong>吗"),
    ("**（注）**请看", "<strong>（注）</strong>请看"),
    ("请看**（注）**", "请看<strong>（注）</strong>"),
    ("价格**100元**，不含税", "价格<strong>100元</strong>，不含税"),
    ("共**100%**完成", "共<strong>100%</strong>完成"),
    ("用**`code`**吧", "用<strong><code>code</code></strong>吧"),
    ("**步骤1:**打开", "<strong>步骤1:</strong>打开"),
    ("A**退款**B", "A<strong>退款</strong>B"),
    ("**ABC**是缩写", "<strong>ABC</strong>是缩写"),
    ("是**ABC**缩写", "是<strong>ABC</strong>缩写"),
    ("*重要*的", "<em>重要</em>的"),
    ("***粗斜***体", "<em><strong>粗斜</strong></em>体"),
    ("~~旧价：~~新价", "<del>旧价：</del>新价"),
    ("**한국어**는 언어", "<strong>한국어</strong>는 언어"),
    ("**‘단어’**를 쓰다", "<strong>‘단어’</strong>를 쓰다"),
    ("**Python**은 좋다", "<strong>Python</strong>은 좋다"),
    ("**(주)**가 있다", "<strong>(주)</strong>가 있다"),
    ("**「日本語」**です", "<strong>「日本語」</strong>です"),
    ("これは**太字。**です", "これは<strong>太字。</strong>です"),
    ("**テスト**を実行", "<strong>テスト</strong>を実行"),
    ("【**注意**】", "【<strong>注意</strong>】"),
    ("**【注意】**必ず", "<strong>【注意】</strong>必ず"),
    ("**https://example.com/_a_**", "<strong>https://example.com/_a_</strong>"),
    ("(**https://example.com**)", "(<strong>https://example.com</strong>)"),
    (r"**C:\temp** here", r"<strong>C:\temp</strong> here"),
    ("_see a.txt_", "<em>see a.txt</em>"),
    ("(_id_)", "(<em>id</em>)"),
    ("__bold__.", "<strong>bold</strong>."),
    ("**S**ingle", "<strong>S</strong>ingle"),
    ("**a**, **b** and *c*!", "<strong>a</strong>, <strong>b</strong> and <em>c</em>!"),
    (r"\*not emphasised\*", "*not emphasised*"),
    ("**a `*` b**", "<strong>a <code>*</code> b</strong>"),
    ("[**粗：**体](https://e.org/_a_)",
     '<a href="https://e.org/_a_"><strong>粗：</strong>体</a>'),
]  # fmt: skip
"""Markdown, and what it becomes."""


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_markdown_keeps_every_character(text: str) -> None:
    """Addresses, paths, names, products, formulas: each sign is shown."""
    (post,) = render(text)
    assert post == f"<div>{text.replace('&', '&amp;')}</div>"


@pytest.mark.parametrize(("markdown", "html"), BOLD)
def test_emphasis_is_where_a_person_means_it(markdown: str, html: str) -> None:
    """Beside Chinese, Japanese and Korean, with their punctuation, as beside spaces."""
    (post,) = render(markdown)
    assert post == f"<div>{html}</div>"
