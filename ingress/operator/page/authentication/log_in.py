"""Getting in and out: by token, by a one-time code, and the button that ends it."""

import time

import structlog
from fastapi import APIRouter, Depends, Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.answers import own_path, see_other, shown
from ingress.operator.page.authentication import cookies
from ingress.operator.page.authentication.guard import by_our_name, from_our_page, log_in, log_in_of
from ingress.operator.page.authentication.log_ins import Right
from ingress.operator.page.forms import form_of
from ingress.parts import parts_of

ENTER = f"{cookies.PATH}/enter"
LOG_IN = f"{cookies.PATH}/log-in"

log = structlog.get_logger()
router = APIRouter()


@router.get(LOG_IN, dependencies=[Depends(by_our_name)])
async def form(request: Request) -> Response:
    """The form; who is logged in already goes on."""
    if await log_in_of(request):
        return see_other(cookies.PATH)
    return log_in(request, then=cookies.PATH)


@router.get(ENTER, dependencies=[Depends(by_our_name)])
async def enter(request: Request) -> Response:
    """Where a one-time link leads: its code stands behind the #, which no server and no log sees.

    Opening it uses nothing up, so that a chat's preview of the link does no harm.
    """
    return shown(request, "enter.html", problem=request.query_params.get("problem", ""))


@router.post(LOG_IN, dependencies=[Depends(from_our_page)])
async def by_token(request: Request) -> Response:
    """A right token begins a log-in; wrong ones are bounded."""
    page, sent = parts_of(request).page, await form_of(request)
    then, now = own_path(sent.one("then")), time.monotonic()
    if page.attempts.wait_s(now):
        log.warning("operator_log_in_refused", reason="too many wrong tokens")
        return see_other(LOG_IN, problem="wait")
    right = page.log_ins.right_of(sent.one("token").strip())
    if right is None:
        page.attempts.wrong(now)
        log.warning("operator_log_in_refused", reason="wrong token")
        return see_other(LOG_IN, problem="wrong")
    return _begun(request, right, then, way="token")


@router.post(ENTER, dependencies=[Depends(from_our_page)])
async def by_code(request: Request) -> Response:
    """A code begins a log-in once."""
    parts, sent = parts_of(request), await form_of(request)
    try:
        code, now = sent.one("code"), time.time()
        right = await parts.page.codes.take(parts.redis, parts.keys, code, now)
    except (RedisError, OSError):
        return see_other(ENTER, problem="redis")
    if right is None:
        log.warning("operator_log_in_refused", reason="the code was used, is too old, or is none")
        return see_other(ENTER, problem="used")
    return _begun(request, right, cookies.PATH, way="code")


@router.post(f"{cookies.PATH}/log-out", dependencies=[Depends(from_our_page)])
async def log_out(request: Request) -> Response:
    """End the log-in here, and have the browser forget it."""
    parts, who = parts_of(request), await log_in_of(request)
    if who is not None:
        try:
            await parts.page.log_outs.note(parts.redis, parts.keys, who)
        except (RedisError, OSError):
            log.warning("operator_log_out_not_kept", log_in=who.id)
        parts.page.forget()
        log.info("operator_logged_out", log_in=who.id)
    answer = see_other(LOG_IN, problem="out")
    cookies.take_back(answer, request.url.scheme)
    return answer


def _begun(request: Request, right: Right, then: str, *, way: str) -> Response:
    value = parts_of(request).page.log_ins.begin(right, time.time())
    log.info("operator_logged_in", right=right, way=way)
    answer = see_other(then)
    cookies.give(answer, request.url.scheme, value)
    return answer
