"""A picture, made small enough for a model to look at. Imported in the child alone."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
LONGEST_SIDE = 2_000
"""Pixels; the model sees no more."""
LARGEST = 500_000
"""Bytes."""
MOST_PIXELS = 60_000_000
"""Of what is unpacked: 240 MB. A JPEG is unpacked smaller than it is."""


class NoPicture(Exception):
    """The file is no picture, or one that we do not unpack; says which in a sentence."""


def small(data: bytes) -> tuple[str, bytes]:
    """The picture's media type and bytes, newly made; raises NoPicture, MemoryError."""
    Image.MAX_IMAGE_PIXELS = None  # ours counts what is really unpacked
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            return _fitting(_unpacked(picture), is_photo=picture.format == "JPEG")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise NoPicture("It is no picture that can be opened, or a damaged one.") from None


def _unpacked(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise NoPicture("It is a picture with too many pixels to open.")
    upright = ImageOps.exif_transpose(picture)  # the first of a moving one
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _fitting(picture: Image.Image, *, is_photo: bool) -> tuple[str, bytes]:
    """As a PNG where that is small, which keeps letters sharp; else as a JPEG, ever smaller."""
    if not is_photo and len(png := _saved(picture, "PNG")) <= LARGEST:
        return "image/png", png
    for jpeg in _jpegs(_on_white(picture)):
        if len(jpeg) <= LARGEST:
            return "image/jpeg", jpeg
    raise NoPicture("It is a picture that cannot be made small enough.")


def _jpegs(picture: Image.Image) -> Iterator[bytes]:
    for side, quality in (
        (LONGEST_SIDE, 85),
        (LONGEST_SIDE, 70),
        (1_400, 70),
        (900, 70),
        (600, 50),
    ):
        picture.thumbnail((side, side))
        yield _saved(picture, "JPEG", quality=quality)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()
