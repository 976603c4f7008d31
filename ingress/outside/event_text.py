"""What an event says, from its body: a text, a form's fields, or JSON as it was sent. Pure."""

import json
from urllib.parse import parse_qsl

from shared.errors import Malformed, UnknownKind

MOST_BYTES = 64 * 1024
"""Of a body: its words are a part of what the model reads in the turn."""
MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"


def event_text(content_type: str, body: bytes) -> str:
    """The words of a body; raises Malformed and UnknownKind, whose reasons hold none of them."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig")
        said = _said(kind, text).strip()
        said.encode()  # JSON may hold halves of characters
    except UnicodeError:
        raise Malformed("it is not UTF-8") from None
    if "\0" in said:
        raise Malformed("a NUL character")
    if not said:
        raise Malformed("nothing is said")
    return said


def _said(kind: str, text: str) -> str:
    if kind == "application/json" or kind.endswith("+json"):
        return _of_json(text)
    if kind == FORM:
        return _of_form(text)
    if kind in ("", "application/octet-stream") or kind.startswith("text/"):
        return text
    raise UnknownKind("neither JSON, a form, nor a text")


def _of_json(text: str) -> str:
    """`{"text": "…"}` says its text; all else is told as it came, for the model to read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("it is not JSON") from None
    if isinstance(value, dict) and value.keys() == {"text"} and isinstance(value["text"], str):
        return value["text"]
    return text


def _of_form(text: str) -> str:
    """What curl calls a form though it was given a plain sentence is told as that."""
    if "=" not in text:
        return text
    try:
        fields = parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Malformed("too many fields") from None
    return "\n".join(f"{name}: {value}" for name, value in fields)
