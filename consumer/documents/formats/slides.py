"""PowerPoint presentations: a section for each slide, with its notes."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pptx import Presentation

from consumer.documents.formats import packed
from consumer.documents.rows import row_as_line
from consumer.documents.section import Section


def sections(file: BytesIO) -> Iterator[Section]:
    """A section for each slide, in their order; hidden ones too."""
    for number, slide in enumerate(Presentation(packed.check(file)).slides, 1):
        title = slide.shapes.title
        words = [*_words(slide.shapes, title)]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            words.append(slide.notes_slide.notes_text_frame.text)
        named = f": {' '.join(title.text.split())}" if title is not None else ""
        yield Section((f"slide {number}{named}",), "\n\n".join(filter(None, words)))


def _words(shapes: Iterable[Any], title: Any) -> Iterator[str]:
    todo = list(shapes)[::-1]
    while todo:
        shape = todo.pop()
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if hasattr(shape, "shapes"):
            todo += list(shape.shapes)[::-1]
        elif shape.has_text_frame:
            yield shape.text_frame.text.replace("\v", "\n")
        elif getattr(shape, "has_table", False):
            rows = (row_as_line(cell.text for cell in row.cells) for row in shape.table.rows)
            yield "\n".join(filter(None, rows))
