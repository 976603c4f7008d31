"""What the operator's pages say, and what they never say."""

import json
import re
import time
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest

from ingress.operator.page.authentication.log_outs import LogOuts
from shared.audit import AuditTrail, Entry
from shared.between_processes.heartbeat import Heartbeat
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, TOKEN, RunningIngress
from tests.integration.ingress.live.watching import ADMIN
from tests.integration.ingress.operator.page.seeded import SAID, seed

VIEW = "view-token-0123456789"
OURS = {"Sec-Fetch-Site": "same-origin"}
LOOKING = pytest.mark.parametrize("ingress", [{"view_token": VIEW}], indirect=True)


@pytest.fixture
async def http(ingress: RunningIngress) -> AsyncIterator[httpx.AsyncClient]:
    """An operator's, over a night's worth of data."""
    await seed(ingress)
    async with _client(ingress) as client:
        await client.post("/log-in", data={"token": ADMIN}, headers=OURS)
        yield client


QUESTIONS = [
    # operations: what an operator opens it for at three in the morning, and the clicks to it
    ("does Campfire call us", [], r"The last delivery was taken in"),
    ("is a key refused", [], r"Campfire refuses the key.*\(other\)"),
    ("what does the turn do, since when", [], r"uses mcp__office__rooms"),
    ("who waits behind", ["/messages?outcome=waiting&bot=assistant&room=2"], "101"),
    (
        "what happened to one",
        ["/messages", "/message?job={p}%3Aassistant%3A2%3A58"],
        "Posted as message 712",
    ),
    ("which died, and why", ["/dead-letters"], "the consumer died three times"),
    ("what does it cost", [], r'data-tile="cost">\$12\.34<'),
    ("how much was answered today, how fast", [], r'data-tile="answered">55<small>[^<]*\b20 s'),
    (
        "which bot does how much, how fast",
        [],
        r'data-row="assistant">[^^]*?>51<[^^]*?>5<[^^]*?>1 s / 5 s<[^^]*?>10 s / 20 s<'
        r"[^^]*?>70,200<[^^]*?>\$12\.30<",
    ),
    ("what did a bot do today", ["/bots"], r"\b51\b[^<]*\b5\b"),
    ("what does a bot cost", ["/bots"], r"61,000 in, 9,200 out · \$12\.30"),
    (
        "how fast does a bot answer",
        ["/bots"],
        r"half answered within 10 s, most within 20 s[^<]*1 s / 5 s",
    ),
    ("which room costs most", [], r'id="rooms"[^^]*?Support \(room 2\)[^^]*?Pause room<'),
    ("does the loop guard refuse", [], r'data-row="other">[^^]*?>7<small>bots in a loop 7<'),
    (
        "in which room was it",
        ["/messages", "/message?job={p}%3Aassistant%3A2%3A58"],
        r"assistant · Support \(room 2\)",
    ),
    ("who took over", ["/machines"], r"4711 on box-1\.internal[^<]*release 2\.0\.0[^<]*up 2 h"),
    ("does a process stand still", ["/machines"], r"41 ms late"),
    ("which web processes are there", ["/machines"], r"shows this page[^^]*\d+ MB"),
    ("which conversation holds most", ["/machines", "/lanes?session=hot"], "118 MB"),
    ("what is tried again, when and why", [], r"model is overloaded[^^]*?>in 1 h"),
    ("which call waits for a yes", ["/approvals"], "mcp__office__book"),
    ("what is used of a budget", ["/approvals"], "30 messages.*75 %"),
    ("who was denied what", ["/audit"], "A call was denied"),
    ("which schedule comes when", ["/on-time"], r"morning[^^]*weekday at 9:00[^^]*in 14 h"),
    ("how did a schedule end", ["/on-time", "/message?job={p}%3Aassistant%3A2%3A58"], "Posted as"),
    ("who is reminded when", ["/on-time"], r"person 4[^^]*in 40 min"),
    ("does a pause hold a reminder", ["/on-time"], "when the pause is over"),
    ("is an MCP server away", [], r"without its tools.*\(other: tickets\)"),
    ("which bot's file is wrong", ["/bots"], "must be a model&#39;s name"),
    ("what mends it", ["/bots"], "python -m operate doctor"),
    (
        "how did a lane's last message end",
        ["/lanes"],
        r'id="rows"[^^]*?118 MB[^^]*?last ended:[^^]*?>answered<',
    ),
    ("who answers", ["/machines"], "box-1"),
    ("which conversations are hot, how large", ["/lanes"], "118 MB"),
]


async def test_every_question_is_answered_in_two_clicks(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Each click is a link that stands on the page before it."""
    unanswered = []
    for question, clicks, answer in QUESTIONS:
        assert len(clicks) <= 2
        shown = (await http.get("")).text
        for click in clicks:
            href = "/operator" + click.format(p=ingress.keys.prefix)
            assert f'href="{href}"' in unescape(shown), question
            shown = (await http.get(href.removeprefix("/operator"))).text
        if not re.search(answer, shown):
            unanswered.append(question)
    assert unanswered == []


PAGES = [
    "",
    "/lanes",
    "/messages",
    "/messages?outcome=waiting",
    "/approvals",
    "/on-time",
    "/dead-letters",
    "/bots",
    "/machines",
    "/audit",
]
DETAILS = [
    "/message?job={p}:assistant:2:100",
    "/message?job={p}:assistant:2:13",
    "/dead-letter?job={p}:assistant:2:900",
    "/approval?bot=assistant&number=2",
    "/sure/reset?bot=assistant&room=2",
    "/messages?q=58",
]


async def test_no_page_shows_what_was_said_or_a_secret(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Neither words, nor people's names, nor keys, nor tokens."""
    for page in (*PAGES, *DETAILS):
        answer = await http.get(page.format(p=ingress.keys.prefix), follow_redirects=True)
        assert answer.status_code == 200, page
        assert "</html>" in answer.text, page
        for secret in (SAID, "Ada", ADMIN, TOKEN, *BOT_KEYS.values()):
            assert secret not in answer.text, (page, secret)


async def test_each_machine_says_what_is_its_own(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Of several: whose lanes how many are, which drains, and which of those that stay is first."""
    redis, keys = ingress.redis, ingress.keys
    me, heart = "box-0:4711bbbb", Heartbeat(at=time.time(), draining=True)
    await redis.zadd(keys.members, {me: (time.time() + 600) * 1000})
    await redis.sadd(keys.leaving, me)  # type: ignore[misc]
    await redis.set(keys.heartbeat_of("box-0"), heart.wire(), ex=600)
    homes = {"2:assistant": "box-1", "3:other": "box-1", "7:assistant": "box-0"}
    await redis.hset(keys.homes, mapping=homes)  # type: ignore[misc]
    shown = (await http.get("/machines")).text
    said = {name: _section(shown, name) for name in ("box-0", "box-1")}
    assert [name for name, text in said.items() if "does what is done once" in text] == ["box-1"]
    assert [name for name, text in said.items() if "about to end" in text] == ["box-0"]
    assert [name for name, text in said.items() if 'data-do="drain"' in text] == ["box-1"]
    owned = {name: re.search(r"<dd>(\d+)</dd>\s*<dt>Agents", text) for name, text in said.items()}
    assert {name: it and it[1] for name, it in owned.items()} == {"box-0": "1", "box-1": "2"}


def _section(page: str, member: str) -> str:
    return page.partition(f'data-member="{member}"')[2].partition("</section>")[0]


async def test_no_cache_keeps_a_page_and_no_other_script_runs_in_it(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Every page that is shown once logged in is sent so."""
    for page in (*PAGES, *DETAILS):
        answer = await http.get(page.format(p=ingress.keys.prefix), follow_redirects=True)
        assert "Log out" in answer.text, page
        assert answer.headers["cache-control"] == "no-store", page
        policy = answer.headers["content-security-policy"]
        assert ("default-src 'none'" in policy, "script-src 'self'" in policy) == (True, True), page
        assert "unsafe-inline" not in policy, page


async def test_what_was_pressed_is_on_the_audits_page(http: httpx.AsyncClient) -> None:
    """The line tells which button."""
    line = r">An operator</td>(?:(?!</tr>)[^^])*>catch up\b"
    assert not re.search(line, (await http.get("/audit")).text)
    await http.post("/do/catch-up", headers=OURS)
    assert re.search(line, (await http.get("/audit")).text)


async def test_the_audits_page_says_who_asked_and_who_decided(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Two people, each by what they did."""
    decided = Entry(what="approval_answered", bot="assistant", room=2, person=12, by=7)
    await AuditTrail(ingress.redis, ingress.keys).note(decided)
    assert "person 12<small>decided by person 7</small>" in (await http.get("/audit")).text


@LOOKING
async def test_a_dead_letters_text_is_shown_on_demand_to_who_may_act_and_noted(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """One at a time; whoever only looks does not get it, and is offered no way to it."""
    path = f"/dead-letter?job={ingress.keys.prefix}:assistant:2:900"
    assert "text=yes" in (await http.get(path)).text
    assert SAID in (await http.get(f"{path}&text=yes")).text
    trail = AuditTrail(ingress.redis, ingress.keys)
    [kept, *_] = await trail.newest(10)
    assert kept.entry.what == "operator_action"
    assert kept.entry.job == f"{ingress.keys.prefix}:assistant:2:900"
    assert (kept.entry.detail or "").startswith("show-text log-in ")
    await http.post("/log-in", data={"token": VIEW}, headers=OURS)
    for reader in (await http.get(path), await http.get(f"{path}&text=yes")):
        assert SAID not in reader.text
        assert "text=yes" not in reader.text
    assert (await trail.newest(1))[0].id == kept.id


@LOOKING
async def test_an_approvals_input_is_shown_on_demand_to_who_may_act_and_noted(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Whoever looks stands in the audit; whoever may look alone does not get it."""
    path, trail = "/approval?bot=assistant&number=2", AuditTrail(ingress.redis, ingress.keys)
    assert SAID not in (await http.get(path)).text
    assert SAID in (await http.get(f"{path}&text=yes")).text
    [kept] = await trail.newest(1)
    assert (kept.entry.bot, (kept.entry.detail or "")[:12]) == ("assistant", "show-input 2")
    await http.post("/log-in", data={"token": VIEW}, headers=OURS)
    shown = (await http.get(f"{path}&text=yes")).text
    assert "mcp__office__book" in shown
    assert SAID not in shown
    assert (await trail.newest(1))[0].id == kept.id


@pytest.mark.parametrize(("number", "open_"), [(1, False), (2, True)])
async def test_how_to_answer_is_told_of_what_is_open(
    http: httpx.AsyncClient, number: int, open_: bool
) -> None:
    """Not of what was answered or has run."""
    shown = (await http.get(f"/approval?bot=assistant&number={number}")).text
    assert (f"yes {number}" in shown) == open_


async def test_a_message_is_found_by_its_number_or_its_link(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """What is copied from Campfire leads straight to its timeline."""
    job = f"{ingress.keys.prefix}:assistant:2:58"
    for sought in ("58", "http://chat.example.com/rooms/2/@58", job):
        answer = await http.get("/messages", params={"q": sought})
        assert answer.status_code == 303, sought
        assert answer.headers["location"].endswith("assistant%3A2%3A58")
    none = await http.get("/messages", params={"q": "nothing of ours"})
    assert "No message fits" in none.text


async def test_messages_are_filtered_by_their_address(http: httpx.AsyncClient) -> None:
    """A filtered list can be sent to somebody; fifty a page, and a way to the older ones."""
    failed = (await http.get("/messages", params={"outcome": "failed", "bot": "assistant"})).text
    assert failed.count("<tr data-row") == 5
    assert "the model is overloaded" in failed
    assert "No message fits" in (await http.get("/messages", params={"room": "99"})).text
    first = (await http.get("/messages")).text.partition('id="listed"')[2]
    assert first.count("<tr data-row") == 50
    older = re.search(r'href="/operator(/messages\?after=[^"]+)"', first)
    assert older is not None
    assert (await http.get(unescape(older[1]))).text.count("<tr data-row") == 10


async def test_a_rooms_messages_begin_with_those_that_have_not_ended(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Who looks for what hangs finds it in the list; of many a link leads to all of them."""
    shown = (await http.get("/messages", params={"room": "2", "bot": "assistant"})).text
    above, _, ended = shown.partition('id="listed"')
    assert re.findall(r'data-row="[^"]+:2:(\d+)"', above) == ["100", "101", "102"]
    assert ended.count("<tr data-row") == 50
    assert "outcome=waiting" not in above.partition('id="unended"')[2]
    for number in range(120, 130):
        body = json.dumps(delivery(key=BOT_KEYS["other"], room_id=9, message_id=number))
        assert (await ingress.post("/webhook/other", body.encode())).status == 204
    shown = (await http.get("/messages", params={"bot": "other"})).text
    above = shown.partition('id="unended"')[2].partition('id="listed"')[0]
    assert above.count("<tr data-row") == 10
    way = re.search(r'href="/operator(/messages\?[^"]*outcome=waiting[^"]*)"', above)
    assert way is not None
    assert (await http.get(unescape(way[1]))).text.count("<tr data-row") == 12
    older = (await http.get("/messages", params={"outcome": "failed"})).text
    assert 'id="unended"' not in older


async def test_without_a_consumer_nothing_is_said_of_conversations(
    http: httpx.AsyncClient, ingress: RunningIngress
) -> None:
    """Not that there is none: it may be on record, and go on."""
    assert ">none" in (await http.get("/lanes")).text
    await ingress.redis.delete(ingress.keys.session_stats_of("box-1"), ingress.keys.members)
    shown = (await http.get("/lanes?session=&skip=0")).text
    assert shown.count("not known without a consumer") == 3
    assert ">none" not in shown


async def test_an_address_that_is_no_page_leads_to_the_first(http: httpx.AsyncClient) -> None:
    """An old bookmark ends in a sentence and the list of pages."""
    answer = await http.get("/queue", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/operator")
    assert "There is no page at that address" in answer.text


@pytest.mark.parametrize("page", ["messages", "lanes", "audit"])
async def test_what_is_no_rooms_number_fits_nothing(page: str, http: httpx.AsyncClient) -> None:
    """A room's name in that field: all rows, under it, would be read as that room's."""
    assert "<td" in (await http.get(f"/{page}?room=2")).text
    for typed in ("Support", "0", "²"):
        assert "<td" not in (await http.get(f"/{page}", params={"room": typed})).text


async def test_where_redis_cannot_say_who_is_out_it_is_not_asked_again(
    http: httpx.AsyncClient, ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent one takes four seconds each time: nothing else is read, shown or done."""
    monkeypatch.setattr(LogOuts, "are_of", _away)
    job = f"{ingress.keys.prefix}:assistant:2:58"
    for page in (*PAGES, "/messages?q=58", f"/message?job={job}", "/dead-letter?text=yes&job=x"):
        shown = (await http.get(page)).text
        assert "Redis does not answer." in shown, page
        assert "data-row" not in shown, page
    for answer in (
        await http.post("/do/catch-up", headers=OURS),
        await http.get("/watch?bot=assistant&room=2"),
    ):
        assert answer.headers["location"].endswith("?problem=redis")
    assert await ingress.redis.llen(ingress.keys.commands) == 0  # type: ignore[misc]


async def _away(*_: object) -> bool:
    raise TimeoutError


@pytest.mark.parametrize("ingress", [{"redis_url": "redis://127.0.0.1:1/0"}], indirect=True)
async def test_with_redis_away_the_page_says_so(ingress: RunningIngress) -> None:
    """Who is at the door gets in by token; each page says what is the matter, no button lies."""
    async with _client(ingress) as client:
        await client.post("/log-in", data={"token": ADMIN}, headers=OURS)
        for page in PAGES:
            assert "Redis does not answer." in (await client.get(page)).text, page
        answer = await client.post("/do/catch-up", headers=OURS)
        assert answer.headers["location"] == "/operator?problem=redis"
        answer = await client.post("/enter", data={"code": "x"}, headers=OURS)
        assert answer.headers["location"].startswith("/operator/enter?problem=")


def _client(ingress: RunningIngress) -> httpx.AsyncClient:
    """Each request on a connection of its own: the server ends those that rest for two seconds."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"{ingress.base}/operator", timeout=20, limits=limits)
