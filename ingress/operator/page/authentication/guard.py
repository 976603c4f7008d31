"""Who may call which of the page's routes, by which name and from which page; as dependencies."""

import time

from fastapi import Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.answers import ShownInstead, see_other, shown
from ingress.operator.page.authentication import cookies
from ingress.operator.page.authentication.addresses import (
    called,
    comes_from_elsewhere,
    is_ours,
    is_own_page,
)
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.parts import parts_of


async def by_our_name(request: Request) -> None:
    """Under a foreign name there is only a sentence that says how to make it ours."""
    host = called(request.headers.get("host", ""))
    if not is_ours(host, parts_of(request).page.hosts):
        name = host.name if host else ""
        raise ShownInstead(shown(request, "foreign_name.html", host=name))


async def from_our_page(request: Request) -> None:
    """What changes something comes from a page of ours, or nothing happens."""
    await by_our_name(request)
    if not is_own_page(request.headers):
        raise ShownInstead(see_other(cookies.PATH, problem="not_from_here"))


async def reader(request: Request) -> LogIn:
    """Who looks; without a log-in its page is shown in the page's place."""
    await by_our_name(request)
    who = await log_in_of(request)
    if who is not None:
        return who
    if comes_from_elsewhere(request.headers):
        # The cookie stayed at home: it comes along when our own page asks.
        raise ShownInstead(shown(request, "from_elsewhere.html", path=_path(request)))
    raise ShownInstead(log_in(request, then=_path(request)))


async def operator(request: Request) -> LogIn:
    """Who acts; a reader, or whose log-in ended meanwhile, is told why not."""
    await from_our_page(request)
    who = await log_in_of(request)
    if who is None:
        raise ShownInstead(see_other(cookies.PATH, problem="over"))
    if not who.may_act:
        raise ShownInstead(see_other(cookies.PATH, problem="only_looks"))
    return who


async def log_in_of(request: Request) -> LogIn | None:
    """The log-in that the request's cookie proves, until its log-out; where Redis, which knows
    that, is away, nothing is shown or done either (`redis_is_away`)."""
    value, parts = cookies.given(request.cookies, request.url.scheme), parts_of(request)
    who = parts.page.log_ins.read(value, time.time()) if value else None
    if who is None:
        return None
    try:
        return None if await parts.page.is_out(parts.redis, parts.keys, who.id) else who
    except (RedisError, OSError):
        note_redis_away(request)
        return who


def note_redis_away(request: Request) -> None:
    """Whoever answers this request does not ask Redis again: each time takes seconds where it is
    silent, and the person waits for all of them."""
    request.state.redis_is_away = True


def redis_is_away(request: Request) -> bool:
    """Whether it did not answer for this request."""
    return getattr(request.state, "redis_is_away", False)


def log_in(request: Request, then: str) -> Response:
    """The form, with what went wrong last."""
    problem = request.query_params.get("problem", "")
    return shown(request, "log_in.html", then=then, problem=problem)


def _path(request: Request) -> str:
    return f"{request.url.path}{f'?{request.url.query}' if request.url.query else ''}"
