"""The web with the real CLI: a page reaches the model as others' words, and nothing else does."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from consumer.agent import SessionSettings
from consumer.sessions import SessionManager
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asker, Asking
from consumer.web.fetching import Fetcher
from consumer.web.toolbox import WebToolbox
from shared.bots import Bot, Web
from tests.integration.sessions.conftest import LANE
from tests.integration.sessions.scripted_model import ScriptedModel, calls, says
from tests.integration.web.site import Site, serving

READER = Bot(id="assistant", name="Reader", system_prompt="x", web=Web(domains=("good.example",)))
SEARCHER = Bot(id="assistant", name="Searcher", system_prompt="x", web=Web(search=True))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as site:
        yield site


@pytest.fixture
async def manager(
    settings: SessionSettings, script: ScriptedModel, site: Site
) -> AsyncIterator[SessionManager]:
    async def resolve(host: str) -> Sequence[str]:
        return ["10.0.0.5"] if host.startswith("inside.") else await site.resolve(host)

    own = replace(settings, base_url=script.base_url)
    toolbox = WebToolbox(Fetcher(resolve, site.dial))
    async with SessionManager(own, tooling=Tooling(toolboxes=[toolbox])) as made:
        yield made


async def test_a_page_reaches_the_model(
    manager: SessionManager, script: ScriptedModel, site: Site
) -> None:
    """Inside the boundary of the turn; a site within, in the same turn, is not dialled."""
    site.answer = site.page(b"<h1>Refunds</h1><p>within 14 days")
    asking = Asking(bot=READER, lane=LANE, job_id="1", asker=Asker(user_id=1, name="Ann"))
    script.enqueue(
        calls("", "mcp__web__fetch", url="http://good.example/refunds"),
        calls("", "mcp__web__fetch", url="http://inside.good.example/"),
        says("14 days"),
    )
    turn = await manager.run_turn(LANE, READER, "how long?", get_asking=lambda: asking)
    assert turn.text == "14 days"
    page = "From: http://good.example/refunds\n\n# Refunds\n\nwithin 14 days"
    assert asking.boundary.block(page) in script.last_text.replace("\\n", "\n")
    assert "private network" in script.last_text
    assert len(site.dialled) == 1


@pytest.mark.parametrize(("bot", "offered"), [(READER, "mcp__web__fetch"), (SEARCHER, "WebSearch")])
async def test_each_bot_has_of_the_web_what_its_file_grants(
    manager: SessionManager, script: ScriptedModel, bot: Bot, offered: str
) -> None:
    """Pages for one that names sites, the search for one that may search; no more."""
    await manager.run_turn(LANE, bot, "hello")
    assert [tool["name"] for tool in script.requests[0]["tools"]] == [offered]
