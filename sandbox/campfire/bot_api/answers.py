"""The answers of Rails that are the same for many bot API calls, on both releases.

Three kinds: the application's own (`app_answer`, with its security headers, X-Version and X-Rev),
an exception's (`error_answer`: JSON on main, an HTML page on v1.4.9), and those of the layers
before it (`no_route`, `bad_parameters`).
"""

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.rails.active_support_json import rails_json

Mode = Literal["main", "v1.4.9"]
"""The releases of Campfire that the sandbox can be."""

JSON = "application/json; charset=utf-8"
_ERROR_JSON = "application/json; charset=UTF-8"
_ERROR_HTML = "text/html; charset=UTF-8"
_SECURITY_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "0",
    "X-Content-Type-Options": "nosniff",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
_REASONS = {422: "Unprocessable Content"}


def app_answer(
    mode: Mode | None,
    status: int,
    *,
    content_type: str = "text/html",
    headers: Mapping[str, str] = {},
) -> Response:
    """Rails' `head`: a status, an empty body and, 204 apart, still a Content-Type.

    `mode` None is for what Rails serves without Campfire's own part, files among them (a70).
    """
    typed = {} if status == 204 else {"Content-Type": content_type}
    version = {"X-Version": mode, "X-Rev": ""} if mode else {}
    own = {**version, **headers, **typed, "Cache-Control": "no-cache"}
    return _answer(status, b"", {**_SECURITY_HEADERS, **own}, varies=status != 204)


def json_answer(
    request: Request, mode: Mode, status: int, value: object, headers: Mapping[str, str] = {}
) -> Response:
    """A rendered JSON with its ETag; 304 without a body for who has it already (a80)."""
    body = rails_json(value).encode()
    etag = f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    own = {"X-Version": mode, "X-Rev": "", **headers, "Content-Type": JSON, "ETag": etag}
    own["Cache-Control"] = "max-age=0, private, must-revalidate"
    if request.headers.get("if-none-match") == etag and status == 200:
        del own["Content-Type"]
        return _answer(304, b"", {**_SECURITY_HEADERS, **own})
    body = b"" if request.method == "HEAD" else body
    return _answer(status, body, {**_SECURITY_HEADERS, **own})


def error_answer(mode: Mode, status: int, *, as_json: bool | None = None) -> Response:
    """What an exception becomes: JSON on main, a page on v1.4.9, unless told otherwise."""
    if mode == "main" if as_json is None else as_json:
        reason = _REASONS.get(status) or HTTPStatus(status).phrase
        body = json.dumps({"status": status, "error": reason}, separators=(",", ":"))
        return _answer(status, body.encode(), {"Content-Type": _ERROR_JSON})
    return _answer(status, _page(status), {"Content-Type": _ERROR_HTML})


def no_route(request: Request) -> Response:
    """404 for an address that this release does not have, whatever the key."""
    if request.url.path.endswith(".json"):
        return error_answer("main", 404)
    body = b"" if request.method == "HEAD" else _page(404)
    return _answer(404, body, {"Content-Type": _ERROR_HTML}, varies=bool(body))


def bad_parameters() -> Response:
    """400 for a body that its Content-Type makes unreadable (a128, a129)."""
    return _answer(400, b"", {"Content-Type": _ERROR_HTML}, varies=False)


def sign_in_redirect(request: Request, mode: Mode) -> Response:
    """What a bad key gets: the way to the sign-in page, which answers 200 to who follows."""
    cookie = f"_campfire_session={uuid.uuid4().hex}; path=/; httponly; samesite=lax"
    headers = {"Location": f"{base_url(request)}/session/new", "Set-Cookie": cookie}
    return app_answer(mode, 302, content_type="text/html; charset=utf-8", headers=headers)


def not_found_page() -> Response:
    """Rails' static 404 page, for the sandbox's own addresses."""
    return _answer(404, _page(404), {"Content-Type": _ERROR_HTML})


def base_url(request: Request) -> str:
    """`http://host[:port]` as the client called us."""
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _answer(
    status: int, body: bytes, headers: Mapping[str, str], *, varies: bool = True
) -> Response:
    vary = {"Vary": "Accept-Encoding"} if varies and "Vary" not in headers else {}
    noted = {"X-Request-Id": str(uuid.uuid4()), "X-Runtime": f"{time.process_time() % 1:.6f}"}
    return Response(body, status, {**headers, **noted, **vary})


def _page(status: int) -> bytes:
    told = {
        404: "The page you were looking for doesn't exist.",
        422: "The change you wanted was rejected.",
        500: "We're sorry, but something went wrong.",
    }[status]
    return (
        f"<!DOCTYPE html>\n<html>\n<head><title>{told} ({status})</title></head>\n"
        f"<body><h1>{told}</h1></body>\n</html>\n"
    ).encode()
