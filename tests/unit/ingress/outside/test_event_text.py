"""What an event says: its text, its fields, or its JSON as it was sent."""

import pytest

from ingress.outside.event_text import event_text
from shared.errors import Malformed, UnknownKind


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/plain", b" build 7 failed \n", "build 7 failed"),
        ("", "größer".encode(), "größer"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfx", "x"),
        ("application/json", b'{"text": "build \\u0037"}', "build 7"),
        ("application/json", b'{"text": 7}', '{"text": 7}'),
        ("application/json", b'{"text": "a", "b": 1}', '{"text": "a", "b": 1}'),
        ("application/vnd.api+json", b"[1]", "[1]"),
        ("application/x-www-form-urlencoded", b"50% of it is done", "50% of it is done"),
        ("application/x-www-form-urlencoded", b"name=Ada&why=a%20b&x=", "name: Ada\nwhy: a b\nx:"),
    ],
)
def test_what_is_said_is_told(kind: str, body: bytes, said: str) -> None:
    """Without what stands around it."""
    assert event_text(kind, body) == said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"\xff"),
        ("text/plain", b" \n"),
        ("text/plain", b"a\0b"),
        ("application/json", b"{"),
        ("application/json", b""),
        ("application/json", b"[" * 60_000),
        ("application/json", b'{"text": "\\ud800"}'),
        ("application/json", b'{"text": "\\u0000"}'),
        ("application/json", b'{"text": ""}'),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 201)),
        ("application/x-www-form-urlencoded", b"a=%00"),
    ],
)
def test_what_cannot_be_told_is_refused(kind: str, body: bytes) -> None:
    """Not text, nothing, or broken; the reason holds none of it."""
    with pytest.raises(Malformed):
        event_text(kind, body)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "image/png"])
def test_other_kinds_are_not_read(kind: str) -> None:
    """A file is no event."""
    with pytest.raises(UnknownKind):
        event_text(kind, b"x")
