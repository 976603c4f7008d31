"""What every answer of the page shares: its headers, as whom it is used, bots kept out."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.bot_api.actions import to_id
from sandbox.campfire.bot_api.answers import app_answer, sign_in_redirect
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.sessions import PERSON_COOKIE
from sandbox.campfire.stored.people import Person

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def viewer_of(campfire: Campfire, request: Request) -> Person:
    """As whom the page is used: `?as=ID`, else as before, else Ada."""
    people = campfire.chat.people
    for wanted in (request.query_params.get("as"), request.cookies.get(PERSON_COOKIE)):
        person = people.get(to_id(wanted or ""))
        if person is not None and not person.is_bot:
            return person
    return people.humans()[0]


def refuse_bot(campfire: Campfire, request: Request) -> Response | None:
    """What a bot's key gets on a page: 403, a wrong one the way to the sign-in page (a68, a69)."""
    key = request.query_params.get("bot_key")
    if key is None:
        return None
    mode = campfire.bot_api.mode
    if campfire.chat.people.bot_by_key(key.strip()) is None:
        return sign_in_redirect(request, mode)
    return app_answer(mode, 403)


def head(campfire: Campfire, status: int, headers: dict[str, str] | None = None) -> Response:
    """A status of this release without a body."""
    return app_answer(campfire.bot_api.mode, status, headers=headers or {})
