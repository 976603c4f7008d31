"""A form that was sent: read whole, bounded, as the browser writes it."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from fastapi import Request

from ingress.operator.page.answers import ShownInstead, see_other
from ingress.operator.page.authentication.cookies import PATH
from shared.errors import Malformed

MOST_BYTES = 64 * 1024
MOST_FIELDS = 500


class Form:
    """The fields of a submitted form by name; one that is missing is empty."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """The field's value."""
        return self._fields.get(name, [""])[-1]

    def all(self, name: str) -> Sequence[str]:
        """Every value of the field."""
        return self._fields.get(name, [])


async def form_of(request: Request) -> Form:
    """The form in a request's body; raises ShownInstead for what is too large or none."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise Malformed("the form is too large")
        return parsed(bytes(body))
    except Malformed:
        raise ShownInstead(see_other(PATH, problem="form")) from None


def form_of_query(request: Request) -> Form:
    """A form that was sent in the address; raises ShownInstead for none of ours."""
    try:
        return parsed(request.url.query.encode())
    except Malformed:
        raise ShownInstead(see_other(PATH, problem="form")) from None


def parsed(body: bytes) -> Form:
    """The same of bytes; raises Malformed."""
    try:
        fields = parse_qs(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Malformed("that is no form of ours") from None
    return Form(fields)
