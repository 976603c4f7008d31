"""Looks at everything this consumer needs, beside its work, until all of it is good.

Start is neither refused nor delayed: what is wrong now may be mended while messages wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from tenacity import AsyncRetrying, retry_if_result
from tenacity.wait import wait_base, wait_random_exponential

from consumer.campfire.inspection import Inspection
from consumer.messages_api import MessagesApi
from consumer.start_check.campfire import campfire_findings
from consumer.start_check.finding import Finding
from consumer.start_check.model import model_finding
from shared.bots import Bot, Roster
from shared.cli_tools import CLI_VERSION, refusal

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0

log = structlog.get_logger()

Look = Callable[[], Awaitable[Sequence[Finding]]]


class StartCheck:
    """One part of the consumer; `run` it beside the others."""

    def __init__(self, *looks: Look, wait: wait_base | None = None) -> None:
        self._looks = looks
        self._wait = wait or wait_random_exponential(multiplier=FIRST_PAUSE_S, max=LONGEST_PAUSE_S)
        self._known: dict[str, Finding] = {}

    async def run(self) -> None:
        """Look again until everything is good; never returns."""
        await AsyncRetrying(retry=retry_if_result(lambda good: not good), wait=self._wait)(
            self.look
        )
        log.info("start_check_good")
        await asyncio.Event().wait()  # a part that ends would end the consumer

    async def look(self) -> bool:
        """Look at everything once, and log what has changed; whether all of it is good."""
        good = True
        for look in self._looks:
            try:
                findings = await look()
            except Exception as error:  # a check must not end what it checks
                log.exception("start_check_failed", error=type(error).__name__)
                findings, good = (), False
            for finding in findings:
                self._tell(finding)
                good = good and finding.good
        return good

    def _tell(self, finding: Finding) -> None:
        if self._known.get(finding.subject) != finding:
            self._known[finding.subject] = finding
            tell = log.info if finding.good else log.warning
            tell("start_check", subject=finding.subject, found=finding.found)


def start_check(api: MessagesApi, roster: Roster, inspection: Inspection) -> StartCheck:
    """Look at Campfire, at the bots that take part, and at their models and tools."""

    async def campfire() -> Sequence[Finding]:
        return await campfire_findings(inspection)

    async def models() -> Sequence[Finding]:
        names = sorted({bot.model for bot in roster.taking_part})
        return [await model_finding(api, name) for name in names]

    async def tools() -> Sequence[Finding]:
        return [_tools(bot) for bot in roster.taking_part]

    return StartCheck(tools, campfire, models)


def _tools(bot: Bot) -> Finding:
    wrong = [complaint for tool in bot.tools if (complaint := refusal(tool))]
    found = "; ".join(wrong or _granted(bot)) or "none"
    return Finding(f"tools of {bot.id}", found, good=not wrong)


def _granted(bot: Bot) -> list[str]:
    """By whose they are: the CLI's by name, ours by toolbox, others' by server."""
    whose = {
        f"of CLI {CLI_VERSION}": bot.built_in,
        "ours": bot.toolboxes,
        "of MCP servers": bot.mcp_servers,
    }
    named = {source: ", ".join(names) for source, names in whose.items()}
    return [f"{source}: {names}" for source, names in named.items() if names]
