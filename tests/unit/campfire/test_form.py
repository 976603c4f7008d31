"""A file in a form, byte for byte."""

import httpx
import pytest

from consumer.campfire.requests.form import file_form

NAMES = ["report.txt", 'sales "Q3"\n.csv', "图表 1.bin", "a\\b;c='d'%22.png", "\x1b\r\x00.txt"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n--x--", bytes(range(256))])
def test_it_is_what_httpx_made_of_it(
    name: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """httpx writes a name as a browser does."""
    monkeypatch.setattr("consumer.campfire.requests.form.os.urandom", lambda size: b"\xab" * size)
    kind, body = file_form("attachment", name, content, "text/csv")
    files = {"attachment": (name, content, "text/csv")}
    asked = httpx.Request("POST", "http://x", files=files, headers={"Content-Type": kind})
    asked.read()
    assert body == asked.content
    assert kind == "multipart/form-data; boundary=" + "ab" * 16


def test_a_name_that_is_no_text_is_sent_all_the_same() -> None:
    """A file system's bytes that are no UTF-8 are shown as `?`."""
    assert b'filename="a?.txt"' in file_form("attachment", "a\udcff.txt", b"x", "text/plain")[1]
