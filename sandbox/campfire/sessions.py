"""Who uses the page: the sandbox has no sign-in, a cookie says as whom it is used."""

import re

from starlette.requests import Request

from sandbox.campfire.stored.people import People

PERSON_COOKIE = "sandbox_person"


def is_signed_in(people: People, request: Request) -> bool:
    """Whether a person's session comes with this call."""
    wanted = request.cookies.get(PERSON_COOKIE, "")
    person = people.get(int(wanted)) if re.fullmatch(r"[0-9]{1,17}", wanted) else None
    return person is not None and not person.is_bot
