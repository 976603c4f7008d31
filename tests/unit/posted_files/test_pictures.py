"""Pictures made small."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from consumer.posted_files.pictures import LARGEST, LONGEST_SIDE, NoPicture, small


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 100).convert("RGB")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_each_format_becomes_one_the_model_takes(kind: str) -> None:
    """Whatever was posted, a PNG or a JPEG comes out."""
    media_type, data = small(_saved(Image.new("RGB", (60, 40), "red"), kind))
    assert media_type == ("image/jpeg" if kind == "JPEG" else "image/png")
    with Image.open(BytesIO(data)) as made:
        assert (made.get_format_mimetype(), made.size) == (media_type, (60, 40))


@pytest.mark.parametrize("size", [(4000, 3000), (300, 6000), (2001, 10)])
def test_a_large_one_is_bounded(size: tuple[int, int]) -> None:
    """In pixels and in bytes, also one that hardly packs."""
    media_type, data = small(_saved(_noise(*size), "JPEG", quality=95))
    assert len(data) <= LARGEST
    with Image.open(BytesIO(data)) as made:
        assert max(made.size) <= LONGEST_SIDE
        assert made.get_format_mimetype() == media_type


def test_it_stands_upright_and_alone() -> None:
    """A phone's turn is carried out, and where it was taken stays behind."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "at Ann's home"
    _, data = small(_saved(Image.new("RGB", (60, 40)), "JPEG", exif=exif))
    with Image.open(BytesIO(data)) as made:
        assert made.size == (40, 60)
    assert b"Ann" not in data


def test_what_shines_through_is_white() -> None:
    """A large picture with transparency becomes a JPEG on white, not on black."""
    noise = _noise(1900, 1900).convert("RGBA")
    noise.putalpha(0)
    media_type, data = small(_saved(noise, "PNG"))
    assert media_type == "image/jpeg"
    with Image.open(BytesIO(data)) as made:
        assert made.getpixel((5, 5)) == (255, 255, 255)


def _bomb(width: int, height: int) -> bytes:
    """A PNG of so many pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 7_501), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_unpacked(size: tuple[int, int]) -> None:
    """A few bytes that claim billions of pixels are refused before they are unpacked."""
    with pytest.raises(NoPicture, match="too many pixels"):
        small(_bomb(*size))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture at all",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff\xe0 cut",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_what_is_none_is_a_sentence(data: bytes) -> None:
    """Cut off, drawn by a program, or something else: refused in words."""
    with pytest.raises(NoPicture, match="no picture"):
        small(data)
