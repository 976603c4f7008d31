"""What each kind of file becomes: sections under their headings."""

from collections.abc import Callable

import pytest

from consumer.documents.formats import MOST_CHARACTERS, converted, kind_of
from consumer.documents.section import LONGEST, Section, Trouble, Unreadable
from tests.unit.documents import samples

MARKDOWN = """\
---
title: not text of the page
---
Before all.

# Leave *policy*

```
# no heading
```

## Days

31 a year.

Sick days
---------

## See [the form](form.pdf)
"""
PAGE = """\
<html><head><title>T</title><style>p {}</style></head><body><nav>Home</nav>
<h1>Refunds <b>now</b></h1><div>First.</div>Second, <b>bold</b>.
<ul><li>one<li>two</ul><script>alert(1)</script>
<h2>Table</h2><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>
"""

FOUND = {
    ("markdown", ".md"): (
        MARKDOWN.encode(),
        [
            ((), "---\ntitle: not text of the page\n---\nBefore all."),
            (("Leave policy",), "```\n# no heading\n```"),
            (("Leave policy", "Days"), "31 a year."),
            (("Leave policy", "Sick days"), ""),
            (("Leave policy", "See the form"), ""),
        ],
    ),
    ("html", ".html"): (
        PAGE.encode(),
        [
            (("Refunds now",), "First.\nSecond, bold.\n\none\ntwo"),
            (("Refunds now", "Table"), "a | b\nc | d"),
        ],
    ),
    ("docx", ".docx"): (
        samples.docx(),
        [
            (("Travel",), "Book early."),
            (("Travel", "Trains"), "Second class.\n\nBerlin | 49 euros"),
            (("Travel", "Trains", "Per diem"), "28 euros a day."),
        ],
    ),
    ("odt", ".odt"): (
        samples.odt(tracked=True),
        [
            (("Leave",), "Ask early."),
            (("Leave", "Days"), "31 a year, 退款.\n\nBerlin | 49 euros\nBonn | 28"),
        ],
    ),
    ("rtf", ".rtf"): (samples.rtf(), [((), "Café, 退款: 14 days\nAsk Ann.")]),
    ("xlsx", ".xlsx"): (
        samples.xlsx(),
        [(("Prices", "rows 1–3"), "Item | Price\nItem 1 | 10\nItem 2 | 20")],
    ),
    ("pptx", ".pptx"): (
        samples.pptx(),
        [(("slide 1: Roadmap",), "Ship in May\n\nSay why it was moved.")],
    ),
    ("pdf", ".pdf"): (
        samples.pdf("Warranty: two years", "", "Spare parts"),
        [(("page 1",), "Warranty: two years"), (("page 3",), "Spare parts")],
    ),
    ("csv", ".csv"): (
        b"Name;Phone\nAnn;4711\n;\nBo;4712\n",
        [(("rows 1–4",), "Name | Phone\nAnn | 4711\nBo | 4712")],
    ),
    ("text", ".txt"): (b"Wi-Fi: guest\r\nAsk Ann.", [((), "Wi-Fi: guest\nAsk Ann.")]),
}
TEXTS = {
    "utf-8": "Grüße, 退款",
    "utf-8-sig": "Grüße, 退款",
    "utf-16": "Grüße, 退款",
    "cp1252": "Grüße aus dem Büro, schöne Ferien und viel Glück für die nächste Prüfung",
    "big5": "退款政策：顧客可於三十日內申請退款，款項將於七日內退回原付款帳戶。請保留收據。",
    "gb18030": "退款政策：顾客可于三十日内申请退款，款项将于七日内退回原付款账户。请保留收据。",
    "shift_jis": "有給休暇は入社から六か月後に十日与えられます。申請は前日までにお願いします。",
}
REFUSED: dict[tuple[str, str], tuple[bytes | Callable[[], bytes], str]] = {
    ("protected pdf", ".pdf"): (samples.protected_pdf(), Trouble.PROTECTED),
    ("protected docx", ".docx"): (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected"),
    ("scanned pdf", ".pdf"): (samples.pdf("", ""), Trouble.EMPTY),
    ("docx that is none", ".docx"): (b"Hello", Trouble.DAMAGED),
    ("zip bomb", ".docx"): (samples.zip_bomb, Trouble.LARGE),
    ("odt that is none", ".odt"): (samples.docx()[:99], Trouble.DAMAGED),
    ("rtf that is none", ".rtf"): (b"Hello", Trouble.DAMAGED),
    ("text that is none", ".txt"): (b"\x7fELF\0\0\1", Trouble.DAMAGED),
    ("empty text", ".txt"): (b" \n", Trouble.EMPTY),
    ("old Word", ".doc"): (b"", Trouble.KIND),
    ("endless text", ".txt"): (b"a " * MOST_CHARACTERS, Trouble.LONG),
}


@pytest.mark.parametrize(("case", "given"), FOUND.items(), ids=[kind for kind, _ in FOUND])
def test_each_kind_becomes_sections_under_headings(
    case: tuple[str, str], given: tuple[bytes, list[tuple[tuple[str, ...], str]]]
) -> None:
    """Every kind of file that is named in the docs is read, cut at its headings."""
    data, expected = given
    found = [(section.headings, section.text) for section in converted(data, case[1])]
    assert found == expected


@pytest.mark.parametrize("encoding", TEXTS)
def test_text_is_read_in_the_encoding_that_it_is_in(encoding: str) -> None:
    """UTF-8 and 16 by their marks, older encodings by what is likely."""
    text = TEXTS[encoding]
    assert converted(text.encode(encoding), ".txt") == [Section((), text)]


@pytest.mark.parametrize(("case", "given"), REFUSED.items(), ids=[name for name, _ in REFUSED])
def test_what_gives_no_text_says_why(
    case: tuple[str, str], given: tuple[bytes | Callable[[], bytes], str]
) -> None:
    """Each file without text fails for a reason with a name."""
    data, trouble = given
    with pytest.raises(Unreadable) as caught:
        converted(data() if callable(data) else data, case[1])
    assert caught.value.trouble == trouble


def test_rows_are_cut_into_sections_under_the_first_row() -> None:
    """A big table is read in parts, and each of them has the names of the columns."""
    sections = converted(samples.xlsx(rows=100), ".xlsx")
    assert [section.headings[1] for section in sections] == [
        "rows 1–40",
        "rows 41–80",
        "rows 81–101",
    ]
    assert all(section.text.startswith("Item | Price\n") for section in sections)


def test_a_long_section_is_cut_where_a_paragraph_ends() -> None:
    """No section is longer than the model is to read at once, and no word is lost."""
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(40))
    sections = converted(f"# Long\n\n{text}".encode(), ".md")
    assert len(sections) > 1
    assert all(len(section.text) <= LONGEST for section in sections)
    assert {section.headings for section in sections} == {("Long",)}
    assert " ".join(part.text for part in sections).split() == text.split()
    assert all(section.text.startswith("Paragraph") for section in sections)


@pytest.mark.parametrize("charset", ["windows-1251", "shift_jis", "big5", "iso-8859-1", "utf-16"])
def test_a_page_is_in_the_charset_that_it_names(charset: str) -> None:
    """Few words give a guess too little to go by; one that names what it cannot be in is UTF-8."""
    words = {
        "windows-1251": "Отпуск",
        "shift_jis": "休暇",
        "big5": "退款",
        "iso-8859-1": "Café",
        "utf-16": "Café",
    }[charset]
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>{words}'
    data = page.encode("utf-8" if charset == "utf-16" else charset)
    assert converted(data, ".html")[0].text == words


def test_deeply_nested_html_is_read_without_recursion() -> None:
    """Thousands of open tags are a page like any other."""
    page = "<div>" * 3_000 + "deep down"
    assert converted(page.encode(), ".html")[0].text == "deep down"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.MD", ".md"), ("b.tar.gz", ".gz"), ("README", ""), (".md", ""), ("報告.docx", ".docx")],
)
def test_the_kind_is_the_end_of_the_name(name: str, kind: str) -> None:
    """Whatever its case."""
    assert kind_of(name) == kind
