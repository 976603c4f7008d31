"""The answers of Rails that are the same for every bot API call."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_NOT_FOUND_PAGE = (
    "<!DOCTYPE html>\n<html>\n<head><title>The page you were looking for doesn't exist (404)"
    "</title></head>\n<body><h1>The page you were looking for doesn't exist.</h1></body>\n</html>\n"
)
_ERROR_PAGE = (
    "<!DOCTYPE html>\n<html>\n<head><title>We're sorry, but something went wrong (500)</title>"
    "</head>\n<body><h1>We're sorry, but something went wrong.</h1></body>\n</html>\n"
)


def NOT_FOUND() -> Response:  # noqa: N802 - reads as the constant it stands for
    """404 with Rails' static page."""
    return HTMLResponse(_NOT_FOUND_PAGE, 404)


def SERVER_ERROR() -> Response:  # noqa: N802 - reads as the constant it stands for
    """500 with Rails' static page."""
    return HTMLResponse(_ERROR_PAGE, 500)


def head(status: int, headers: dict[str, str] | None = None) -> Response:
    """Rails' `head :created`: a status, an empty body and still a Content-Type."""
    if status == 204:
        return Response(None, status, headers)
    return HTMLResponse("", status, headers)


def sign_in_redirect(request: Request) -> Response:
    """What a bad key gets: the way to the sign-in page, which answers 200 to who follows."""
    return head(302, {"Location": f"{base_url(request)}/session/new"})


def base_url(request: Request) -> str:
    """`http://host[:port]` as the client called us."""
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
