"""Files opened in their child: what each becomes, and what none may cost."""

import asyncio
import time
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from consumer.posted_files.child import MOST_CHARACTERS
from consumer.posted_files.kinds import kind_of_file
from consumer.posted_files.opening import Limits, Opened, Opener
from consumer.toolboxes import ToolFailed


async def _opened(
    data: bytes, name: str, content_type: str = "", limits: Limits | None = None
) -> Opened:
    kind = kind_of_file(data, name, content_type)
    assert kind is not None
    return await Opener(limits).open(data, kind)


def _picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


def _pdf(*pages: str) -> bytes:
    """A PDF with these words on its pages."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for n, words in enumerate(pages):
        drawn = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {5 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>",
            f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        ]
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{each}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
    return f"{body}{end}startxref\n{len(body)}\n%%EOF".encode()


@pytest.mark.short_form("text")
@pytest.mark.parametrize(
    ("name", "content_type"),
    [("photo.png", "image/png"), ("photo.csv", "text/csv"), ("x", ""), ("x.pdf", "video/mp4")],
    ids=["picture", "text", "nothing", "film"],
)
async def test_a_picture_is_one_whatever_it_is_called(name: str, content_type: str) -> None:
    """Its first bytes count, neither its name nor what a browser took it for."""
    opened = await _opened(_picture(), name, content_type)
    assert opened.picture is not None
    assert opened.picture.media_type == "image/png"
    with Image.open(BytesIO(opened.picture.data)) as made:
        assert made.size == (60, 40)


async def test_a_pdf_is_its_pages() -> None:
    """Each page's text below its number."""
    opened = await _opened(_pdf("Refunds take 14 days", "Second"), "handbook.pdf")
    assert opened.text == "[page 1]\nRefunds take 14 days\n\n[page 2]\nSecond"


async def test_a_text_beyond_what_can_be_opened_says_that_it_is_cut() -> None:
    """Two million characters of it, and never that these were all of it."""
    opened = await _opened(b"word " * 500_000, "long.txt")
    assert (len(opened.text), opened.cut) == (MOST_CHARACTERS, True)
    assert not (await _opened(b"word", "short.txt")).cut


@pytest.mark.short_form("by_name", "nameless")
@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("notes.txt", "退款 in 14 Tagen".encode(), "退款 in 14 Tagen"),
        ("main.py", b"print(1)\n", "print(1)"),
        ("noname", b"words", "words"),
    ],
    ids=["by_name", "program", "nameless"],
)
async def test_a_text_is_its_text(name: str, data: bytes, told: str) -> None:
    """Also one whose name says nothing."""
    assert told in (await _opened(data, name)).text


@pytest.mark.short_form("picture", "pdf")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.png", b"no picture at all\0"),
        ("broken.pdf", b"%PDF-1.4 and nothing else"),
        ("broken.docx", b"PK\x03\x04 and nothing else"),
        ("cut.jpg", _picture("JPEG", (900, 900))[:500]),
        ("sheet.xlsx", b"\0" * 100),
    ],
    ids=["picture", "pdf", "word", "cut_off", "excel"],
)
async def test_what_is_damaged_is_a_sentence(name: str, data: bytes) -> None:
    """Named otherwise than it is, cut off, or nothing."""
    with pytest.raises(ToolFailed, match="opened"):
        await _opened(data, name, "image/png" if name.endswith("png") else "")


@pytest.mark.parametrize("name", ["tool.exe", "film.mp4", "archive.zip", "old.doc"])
def test_what_nothing_reads_has_no_kind(name: str) -> None:
    """Programs, films, archives."""
    assert kind_of_file(b"\x7fELF\0\0\0", name, "application/octet-stream") is None


def _zip_bomb() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("word/document.xml", "w") as inner:
            for _ in range(600):
                inner.write(b" " * 1_000_000)
    return stream.getvalue()


@pytest.mark.long
async def test_a_document_that_unpacks_to_600_mb() -> None:
    """It ends within the child's bounds, with a sentence."""
    with pytest.raises(ToolFailed):
        await _opened(_zip_bomb(), "bomb.docx", limits=Limits(cpu_seconds=5, memory_mb=300))


async def test_a_picture_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is ended at its time, with all it started, and the next file is opened."""
    opener = Opener(Limits(seconds=0.01))
    began = time.monotonic()
    with pytest.raises(ToolFailed, match="too long"):
        await opener.open(_picture("JPEG", (9000, 9000)), "picture")
    assert time.monotonic() - began < 10
    children = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert children == []
    assert (await Opener().open(_picture(), "picture")).picture is not None
