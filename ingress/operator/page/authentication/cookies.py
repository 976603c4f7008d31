"""The log-in's cookie, as strict as the connection allows. Pure."""

from collections.abc import Mapping

from starlette.responses import Response

from ingress.operator.page.authentication.log_ins import LASTS_S

PATH = "/operator"
_NAME = "campfire-operator"


def name(scheme: str) -> str:
    """What it is called: a browser takes `__Secure-` over HTTPS alone."""
    return f"__Secure-{_NAME}" if scheme == "https" else _NAME


def given(cookies: Mapping[str, str], scheme: str) -> str:
    """The value that came with a request, empty without one."""
    return cookies.get(name(scheme), "")


def give(response: Response, scheme: str, value: str) -> None:
    """Have the browser keep it for as long as the log-in lasts."""
    response.set_cookie(
        name(scheme),
        value,
        max_age=LASTS_S,
        path=PATH,
        secure=scheme == "https",
        httponly=True,
        samesite="strict",
    )


def take_back(response: Response, scheme: str) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(
        name(scheme), path=PATH, secure=scheme == "https", httponly=True, samesite="strict"
    )
