"""Documents as their programs write them, made here."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import odfdo
from docx import Document
from openpyxl import Workbook
from pptx import Presentation
from pypdf import PdfWriter


def docx() -> bytes:
    document = Document()
    document.add_heading("Travel", 0)
    document.add_paragraph("Book early.")
    document.add_heading("Trains", 1)
    document.add_paragraph("Second class.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Berlin", "49 euros"
    document.add_heading("Per diem", 2)
    document.add_paragraph("28 euros a day.")
    return _saved(document)


def odt(*, tracked: bool = False) -> bytes:
    document = odfdo.Document("text")
    body = document.body
    body.clear()
    if tracked:
        body.append(
            odfdo.Element.from_tag(
                "<text:tracked-changes><text:p>taken out</text:p></text:tracked-changes>"
            )
        )
    body.append(odfdo.Header(1, "Leave"))
    body.append(odfdo.Paragraph("Ask early."))
    section = odfdo.Section(name="Inner")
    section.append(odfdo.Header(2, "Days"))
    section.append(odfdo.Paragraph("31 a year, 退款."))
    body.append(section)
    table = odfdo.Table("Rates")
    table.set_values([["Berlin", "49 euros"], ["Bonn", 28]])
    body.append(table)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def rtf() -> bytes:
    words = rb"\f0\pard Caf\'e9, \u36864?\u27454?: {\b 14 days}\par Ask Ann.\par"
    return rb"{\rtf1\ansi\ansicpg1252{\fonttbl\f0\fswiss Arial;}" + words + b"}"


def xlsx(rows: int = 2) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Prices"
    sheet.append(["Item", "Price"])
    for number in range(1, rows + 1):
        sheet.append([f"Item {number}", number * 10])
    hidden = book.create_sheet("Margins")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    return _saved(book)


def pptx() -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    assert slide.shapes.title is not None
    slide.shapes.title.text = "Roadmap"
    slide.placeholders[1].text_frame.text = "Ship in May"
    notes = slide.notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "Say why it was moved."
    return _saved(deck)


def pdf(*pages: str) -> bytes:
    """Text of Latin letters; an empty one is a page without any, as a scan is."""
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
    ]
    for at, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Resources << /Font << /F1 {font} >> >> /Contents {4 + 2 * at} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    told, places = b"%PDF-1.4\n", []
    for number, words in enumerate(objects, 1):
        places.append(len(told))
        told += f"{number} 0 obj\n{words}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(told)}\n%%EOF\n"
    return told + end.encode()


def protected_pdf() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(pdf("Secret plans")))
    writer.encrypt("open sesame", algorithm="AES-256")
    return _written(writer)


def zip_bomb(size: int = 1 << 29) -> bytes:
    """A docx of half a megabyte that unpacks to half a gigabyte."""
    packed = BytesIO()
    with ZipFile(BytesIO(docx())) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != "word/document.xml":
                new.writestr(part, old.read(part))
        with new.open("word/document.xml", "w", force_zip64=True) as bomb:
            piece = b" " * (1 << 20)
            for _ in range(size >> 20):
                bomb.write(piece)
    return packed.getvalue()


def xml_bomb() -> bytes:
    """A docx whose text is an entity of entities of entities: a billion words."""
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    body += "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    told = f"<!DOCTYPE x [{''.join(lines)}]>{body}"
    packed = BytesIO()
    with ZipFile(BytesIO(docx())) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            is_text = part.filename == "word/document.xml"
            new.writestr(part.filename, told if is_text else old.read(part))
    return packed.getvalue()


def _saved(document: object) -> bytes:
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def _written(writer: PdfWriter) -> bytes:
    file = BytesIO()
    writer.write(file)
    return file.getvalue()
