"""Who may watch a lane: whoever shows the admin token, or a signed link, which a page may too."""

import time

from fastapi.requests import HTTPConnection

from ingress.live.links import Grant, Links
from ingress.live.stream_event import order
from ingress.no_page import is_from_a_page
from ingress.parts import parts_of
from shared.errors import Malformed, Unauthenticated, UnknownBot
from shared.lane import Lane


async def admit(connection: HTTPConnection, lane: Lane) -> Grant:
    """What this caller may do with the lane's stream; raises Unauthenticated or UnknownBot."""
    parts = parts_of(connection)
    grant = _of_operator(connection) or _of_link(parts.links, connection, lane)
    if grant is None or await is_over(connection, grant):
        raise Unauthenticated("neither the admin token nor a link that is valid here and now")
    if not parts.access.roster.takes_part(lane.bot_id):
        raise UnknownBot("no such bot")
    return grant


async def is_over(connection: HTTPConnection, grant: Grant) -> bool:
    """Whether its time has come, or whoever it was made for has logged out of the page."""
    if time.time() >= grant.until:
        return True
    parts = parts_of(connection)
    look = parts.page.is_known_to_be_out
    return bool(grant.log_in) and await look(parts.redis, parts.keys, grant.log_in)


def resume_after(connection: HTTPConnection) -> str | None:
    """The id after which to go on: the header browsers send, or the query; raises Malformed."""
    query = connection.query_params.get("last_event_id")
    given = connection.headers.get("last-event-id") or query
    if not given:
        return None
    try:
        order(given)
    except ValueError:
        raise Malformed("the last event's id is none of ours") from None
    return given


def _of_operator(connection: HTTPConnection) -> Grant | None:
    operators = parts_of(connection).operators
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if is_from_a_page(connection) or scheme != "Bearer" or not operators.admits(token):
        return None
    return Grant("talk")


def _of_link(links: Links, connection: HTTPConnection, lane: Lane) -> Grant | None:
    return links.grant(lane, connection.query_params, time.time())
