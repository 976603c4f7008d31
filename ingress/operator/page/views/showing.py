"""A view as a page, and as the parts of one that is open."""

from collections.abc import Mapping

from fastapi import Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.actions.actions import ACTIONS, ASKED_TWICE
from ingress.operator.page.answers import shown
from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.authentication.guard import redis_is_away
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.operator.page.views.addresses import address
from ingress.operator.page.views.view import PAGES, Looking, Values, View
from shared.numbers import whole_number

SINCE = "seen"
"""In the address of a page's live parts: up to when it shows what there is."""


async def show(request: Request, who: LogIn, view: View) -> Response:
    """The page; with Redis away, one that says so and comes back by itself."""
    looking = Looking.of(request, who)
    values = await _read(request, looking, view)
    if values is None:
        values = {"away": True, "spooled": looking.parts.reception.spooled}
    around = frame(request, looking, view, values.get(SINCE))
    return shown(request, f"{view.folder}.html", **{**around, **values})


async def _read(request: Request, looking: Looking, view: View) -> Values | None:
    """What stands in it; None where Redis is away."""
    if redis_is_away(request):
        return None
    try:
        made = looking.parts.page.made
        return await made.get((view.name, looking.key), lambda: view.read(looking))
    except (RedisError, OSError):
        return None


def frame(request: Request, looking: Looking, view: View, seen: int | None = None) -> Values:
    """What stands around every page's own."""
    query = request.query_params
    followed = {**looking.query, **({} if seen is None else {SINCE: str(seen)})}
    return {
        **_known_to_parts(view, looking),
        "page": view.name,
        "under": view.below or view.name,
        "pages": PAGES,
        "live": address(f"{PATH}/live/{view.name}", followed) if view.live else "",
        "problem": query.get("problem", ""),
        "done": query.get("done", ""),
        "n": whole_number(query.get("n")),
        "away": False,
        "spooled": 0,
        "watches": False,
    }


async def parts_of_view(view: View, looking: Looking) -> Mapping[str, str]:
    """The HTML of its live parts by their elements' ids; raises RedisError."""
    read = view.read_live or view.read
    values = {**await read(looking), **_known_to_parts(view, looking)}
    fill = looking.parts.page.templates.fill_between_others
    return {part: await fill(f"{view.folder}/{part}.html", values) for part in view.live}


def _known_to_parts(view: View, looking: Looking) -> Values:
    here = PATH if view.name == PAGES[0] else f"{PATH}/{view.name}"
    query = {name: value for name, value in looking.query.items() if name != SINCE}
    return {
        "who": looking.who,
        "query": query,
        "back": address(here, query),
        "actions": ACTIONS.keys(),
        "asked_twice": ASKED_TWICE,
    }
