"""The pure rules of webhooks: what is said of a message, and what becomes of an answer."""

import pytest

from sandbox.campfire.chat.jobs import JobFailed
from sandbox.campfire.rails.active_support_json import rails_json
from sandbox.campfire.stored.messages import Upload
from sandbox.campfire.webhooks.answer import FileReply, Silence, TextReply, reply_of
from sandbox.campfire.webhooks.mime_symbols import attachment_name
from sandbox.campfire.webhooks.request import without_mention
from tests.unit.sandbox.campfire.recording import load

NEWER_RAILS = {"text/markdown": "attachment.md"}
"""What Rails 8.1 added (r39)."""


@pytest.mark.parametrize(("media_type", "name"), load("t03_rails_mime_symbols").items())
def test_file_names_are_rails(media_type: str, name: str) -> None:
    """An answer's file is named after Rails' symbol of its type (t03, with an older Rails)."""
    assert attachment_name(media_type) == NEWER_RAILS.get(media_type, name)


@pytest.mark.parametrize(
    ("status", "content_type", "body", "reply"),
    [
        (200, "text/plain", b"hi", TextReply("hi")),
        (200, "text/html; charset=utf-8", b"<b>x</b>", TextReply("<b>x</b>")),
        (200, "Text/Plain", b"x", FileReply(Upload("attachment.", "text/plain", b"x"))),
        (200, "text/plain", b"", TextReply("")),
        (200, "text/plain; charset=gbk", "你".encode(), TextReply("你")),
        (200, None, b"bare", Silence()),
        (204, None, b"", Silence()),
        (503, None, b"x", Silence()),
        (201, "text/plain", b"x", FileReply(Upload("attachment.text", "text/plain", b"x"))),
        (500, "text/html", b"", FileReply(Upload("attachment.html", "text/html", b""))),
        (200, "image/webp", b"x", FileReply(Upload("attachment.", "image/webp", b"x"))),
    ],
)
def test_what_becomes_of_an_answer(
    status: int, content_type: str | None, body: bytes, reply: object
) -> None:
    """200 text is a message, anything else with a type a file, without a type nothing."""
    assert reply_of(status, content_type, body) == reply


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "text/plain", b"\xff"),
        (200, "", b"x"),
        (200, "text", b"x"),
        (204, "text/plain", b""),
    ],
)
def test_what_fails_the_job(status: int, content_type: str, body: bytes) -> None:
    """Text that is not UTF-8, a type that is none, a type on a 204: nothing is posted."""
    with pytest.raises(JobFailed):
        reply_of(status, content_type, body)


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("@Assistant hello", "hello"),
        ("hey @Assistant and again @Assistant, ok?", "hey  and again , ok?"),
        ("@Assistant", ""),
        ("\N{NO-BREAK SPACE}@Assistant\N{IDEOGRAPHIC SPACE}你好 \n", "你好"),
        ("@Second Bot hi", "@Second Bot hi"),
        ("@Assistants", "s"),
    ],
)
def test_the_own_name_goes(plain: str, expected: str) -> None:
    """Every `@<own name>` goes and the ends are stripped; inner spaces and others' names stay."""
    assert without_mention(plain, "Assistant") == expected


def test_json_is_escaped_as_rails_does() -> None:
    """`<`, `>`, `&` and the two line separators are escaped, all else is raw UTF-8."""
    text = rails_json({"a": '<b>&\u2028\u2029 你好 😀 "\\\n\x01/'})
    assert text == ('{"a":"\\u003cb\\u003e\\u0026\\u2028\\u2029 你好 😀 \\"\\\\\\n\\u0001/"}')
