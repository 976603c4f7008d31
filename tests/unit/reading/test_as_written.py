"""The agent is told what people wrote in the editor, not what Campfire's plain text left of it."""
# ruff: noqa: E501 (a case a line reads better than a wrapped one)

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.campfire.bodies.mentions import user_id_of
from consumer.reading import Known, as_written

BOT = "eyJfcmFpbHMiOnsiZGF0YSI6ImdpZDovL2NhbXBmaXJlL1VzZXIvMz9leHBpcmVzX2luIiwicHVyIjoiYXR0YWNoYWJsZSJ9fQ==--431fcf"
BOB = "eyJfcmFpbHMiOnsiZGF0YSI6ImdpZDovL2NhbXBmaXJlL1VzZXIvNT9leHBpcmVzX2luIiwicHVyIjoiYXR0YWNoYWJsZSJ9fQ==--454e11"
KNOWN = Known(own_id=3, own_name="Assistant", names={5: "Bob Baker"})


def mention(sgid: str, name: str = "") -> str:
    """A mention as the editor writes it, or as a bot does: without the name."""
    content = f' content="<span class=&quot;mention&quot;>{name}</span>"' if name else ""
    return f'<action-text-attachment sgid="{sgid}" content-type="application/vnd.campfire.mention"{content}></action-text-attachment>'


def read(html: str) -> str:
    """A body, as the bot is told it."""
    return as_written(html, KNOWN)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>one<br>two<br><br>three</div>", "one\ntwo\n\nthree"),
        ("<div>a</div><div>b</div><p>c</p>", "a\nb\n\nc"),
        ("<p>first</p><p>second</p>", "first\n\nsecond"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>fix:</div><pre>def f(x):\n    return x\n\nf(2)</pre><div>Now it fails.</div>",
         "fix:\n\n```\ndef f(x):\n    return x\n\nf(2)\n```\n\nNow it fails."),
        ('<pre class="language-python">x</pre>', "```python\nx\n```"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<div>use <code>a`b</code></div>", "use ``a`b``"),
        ("<div><strong>big</strong> <em>it</em><del> gone</del></div>", "**big** *it* ~~gone~~"),
        ("<ul><li>one</li><li>two<ul><li>in</li></ul></li></ul>", "- one\n- two\n  - in"),
        ("<ol><li>a<br>more</li><li>b</li></ol>", "1. a\n   more\n2. b"),
        ("<h1>Title</h1><div>text</div>", "# Title\n\ntext"),
        ('<div><a href="https://e.org/x">here</a></div>', "here (https://e.org/x)"),
        ('<div><a href="https://e.org/">https://e.org</a></div>', "https://e.org"),
        ('<div><a href="mailto:a@e.org">a@e.org</a></div>', "a@e.org"),
        ('<div>see<action-text-attachment content-type="application/vnd.actiontext.opengraph-embed" href="https://e.org" filename="Title" caption="What it is"></action-text-attachment></div>',
         "see [preview: Title: What it is]"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("<blockquote>one<br>two</blockquote><div>yes</div>", "> one\n> two\n\nyes"),
        ("<blockquote>Outer<blockquote>Inner</blockquote></blockquote>", "> Outer\n>\n> > Inner"),
        ('<blockquote>old</blockquote><cite>Ada <a href="http://c/rooms/2/@5">#</a></cite><div><br></div><div>why?</div>',
         "> old\n> — Ada\n\nwhy?"),
        ('<div class="trix-content">\n  filler\n</div>\n', "filler"),
        ("a<script>alert(1)</script><style>x</style>b", "ab"),
        ("<div>&lt;b&gt; &amp; x&nbsp;y</div>", "<b> & x y"),
        ("no html at all", "no html at all"),
        ("<div><br></div>", ""),
        (" ", ""),
    ],
)  # fmt: skip
def test_the_editors_html_as_text(html: str, text: str) -> None:
    """Code fenced, lines kept, lists, quotes with their author, links with their address, tables."""
    assert read(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"<div>{mention(BOT, 'Assistant')}&nbsp;help</div>", "help"),
        (f"<div>{mention(BOT)}: help</div>", "help"),
        (f"<div>{mention(BOT)}，帮忙</div>", "帮忙"),
        (f"<div>help {mention(BOT)}</div>", "help"),
        (f"<div>{mention(BOT)}{mention(BOT)} twice</div>", "twice"),
        (f"<div>Could you, {mention(BOT)}, ask {mention(BOB)}?</div>", "Could you, @Assistant, ask @Bob Baker?"),
        (f"<div>{mention(BOT)} ask {mention('x--y', 'Assistants Anna')}</div>", "ask @Assistants Anna"),
        (f"<div>{mention(BOB, 'Bobby')} knows</div>", "@Bobby knows"),
        (f"<div>{mention(BOT)}</div>", ""),
        (f"<blockquote>old</blockquote><cite>Ada</cite><br>{mention(BOT)} why?", "> old\n> — Ada\n\nwhy?"),
        (f"<blockquote>{mention(BOT)} old</blockquote><div>{mention(BOT)}</div>", "> @Assistant old"),
        (f'<action-text-attachment sgid="x" content-type="application/octet-stream"><div class="mention" sgid="{BOB}"><img alt="Bob"> Bob Baker</div></action-text-attachment> hi',
         "@Bob Baker hi"),
        (f'<p><action-text-attachment sgid="{BOB}" content-type="application/octet-stream"></action-text-attachment></p><div class="mention" sgid="{BOB}">Bob Baker</div> hi<p></p>',
         "@Bob Baker hi"),
        (f"<div>{mention(BOT)} why <code>git blame {mention(BOB, 'Bobby')}</code>?</div>", "why `git blame @Bobby`?"),
        (f"<pre>cc <b>{mention(BOB)}</b>\n{mention(BOB)}</pre>", "```\ncc @Bob Baker\n@Bob Baker\n```"),
        (f'<div><code>cc <action-text-attachment sgid="x" content-type="application/octet-stream"><div class="mention" sgid="{BOB}">Bob</div></action-text-attachment></code></div>',
         "`cc @Bob`"),
        ("<div>typed @Assistant and \ufffc</div>", "typed @Assistant and"),
    ],
)  # fmt: skip
def test_mentions_are_names_and_the_call_is_left_out(html: str, text: str) -> None:
    """The bot's own name goes at both ends only, and never a part of a longer name."""
    assert read(html) == text


def test_the_ids_of_these_tests_are_what_they_say() -> None:
    """The bot is user 3, Bob user 5."""
    assert [user_id_of(BOT), user_id_of(BOB)] == [3, 5]


@given(st.text("<>/ab =\"'divprecodelitbu&;\n", max_size=200))
def test_broken_html_is_read_somehow(html: str) -> None:
    """Nothing raises, and nothing but text comes out."""
    assert read(html) == read(html).strip("\n")


@pytest.mark.parametrize(
    "tag", ["div", "blockquote", "ul><li", "strong", "table><tr><td", "a href=x"]
)
def test_deep_nesting_keeps_its_text(tag: str) -> None:
    """Ten thousand tags within each other end neither in an error nor in silence."""
    assert "deepest" in read(f"<{tag}>" * 10_000 + "deepest")


@pytest.mark.parametrize(
    "part",
    [
        "<div>x</div>",
        "<ul><li>a",
        "<pre>`</pre>",
        "<br>",
        "a <b>c</b> ",
        "<a",
        "<div>",
        mention(BOT),
    ],
)
def test_a_megabyte_takes_a_bounded_time(part: str) -> None:
    """Twice the body takes about twice the time, whatever it is made of."""
    times = []
    for size in (100_000, 400_000):
        began = time.process_time()
        read(part * (size // len(part)))
        times.append(time.process_time() - began)
    assert times[1] < 20 * times[0] + 0.5
