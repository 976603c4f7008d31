"""A recording against what the stand-in did: every fact is compared, or listed with its reason.

A fact is one value of a recording: a field of a message, a header, a push. Nothing of a recording
is left out silently: a fact that the stand-in does not produce is a difference.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.integration.sandbox.campfire.divergences import not_compared
from tests.integration.sandbox.campfire.replay.recordings import Json
from tests.integration.sandbox.campfire.replay.shown import recorded_shown

STIMULI = frozenset({"note", "server", "request", "requests", "answered", "browser"})
"""What was done, not what came of it."""

CUT = re.compile(r"\s…\(cut: (\d+) characters in all\)\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PORT = re.compile(r"(127\.0\.0\.1:|\" port )\d+")
_VARYING = {
    "x-request-id": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "x-runtime": re.compile(r"\d+\.\d{6}"),
    "etag": re.compile(r'W/"[0-9a-f]{32}"'),
    "set-cookie": re.compile(r"_campfire_session=.*; path=/;.* httponly; samesite=lax"),
}
"""Headers whose value is of the moment: that they are there and their form is compared."""

Fact = tuple[str, object]


def differences(case: str, recorded: Json, observed: Json) -> list[str]:
    """What the stand-in did otherwise, as sentences; empty when all is as recorded."""
    ours = dict(facts(observed))
    problems = []
    for path, value in facts(recorded):
        if not_compared(case, path) is not None:
            continue
        if path not in ours:
            problems.append(f"{path}: recorded {value!r}, the stand-in has nothing")
        elif not _same(value, ours[path]):
            problems.append(f"{path}: recorded {value!r}, the stand-in {ours[path]!r}")
    known = {path for path, _ in facts(recorded)}
    extra = [p for p in ours if p not in known and not_compared(case, p) is None]
    return problems + [f"{path}: the stand-in has {ours[path]!r}" for path in extra]


def facts(value: object, path: str = "") -> Iterator[Fact]:
    """Every value of a recording with the path to it."""
    name = path.rpartition(".")[2]
    if name in _WHOLE:
        yield path, _WHOLE[name](value)
    elif name == "headers" and isinstance(value, list):
        yield from _headers(value, path)
    elif isinstance(value, dict):
        told = _without_page(value) if _is_page(value.get("body")) else value
        for key, inner in told.items():
            if key not in STIMULI:
                yield from facts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield f"{path}.count", len(value)
        for number, inner in enumerate(value):
            yield from facts(inner, f"{path}.{number}")
    else:
        yield path, _normal(value)


def _without_page(answer: Json) -> Json:
    """An answer that is a page of HTML: recordings have none, so only that it is one."""
    headers = [pair for pair in answer.get("headers", []) if pair[0].lower() != "content-length"]
    kept = {key: value for key, value in answer.items() if key not in ("body_bytes", "headers")}
    return {**kept, "headers": headers, "body": "an HTML page"}


def _headers(pairs: list[list[str]], path: str) -> Iterator[Fact]:
    for name, value in pairs:
        key = name.lower()
        varying = _VARYING.get(key)
        if varying is not None:
            yield f"{path}.{key}", bool(varying.fullmatch(value))
        else:
            yield f"{path}.{key}", _normal(value)


def _is_page(body: object) -> bool:
    """Whether this is a page of HTML: recordings have none of them, so only that is compared."""
    text = body if isinstance(body, str) else ""
    return text == "(an HTML page, not recorded)" or text.startswith("<!DOCTYPE html>")


def _shown(value: object) -> object:
    return recorded_shown(value) if isinstance(value, str) else value


def _sorted(value: Any) -> list[str] | None:
    return None if value is None else sorted(value)


def _pushes(value: Any) -> list[tuple[object, ...]]:
    return sorted((_push(push) for push in value), key=str)


def _push(push: Json) -> tuple[object, ...]:
    return (push["title"], push["body"][:1990], push["path"], tuple(sorted(push["to"])))


def _normal(value: object) -> object:
    if isinstance(value, str):
        return _PORT.sub(r"\1PORT", _TIME.sub("TIME", value))
    return value


def _same(recorded: object, ours: object) -> bool:
    """Equal; a text that the recording cut is compared as far as it goes."""
    cut = CUT.search(recorded) if isinstance(recorded, str) else None
    if cut and isinstance(recorded, str) and isinstance(ours, str):
        return ours.startswith(recorded[: cut.start()]) and len(ours) == int(cut[1])
    if isinstance(recorded, list | tuple) and isinstance(ours, list | tuple):
        pairs = zip(recorded, ours, strict=False)
        return len(recorded) == len(ours) and all(_same(a, b) for a, b in pairs)
    return recorded == ours


_WHOLE: dict[str, Callable[[Any], object]] = {
    "shown_in_room": _shown,
    "pushes": _pushes,
    "unread_for": _sorted,
    "mentionees": _sorted,
}
"""Fields that are one fact each, and how they are brought into comparable form."""
