"""Whether what was told is right, by asking those whom it is about; nothing is posted or paid."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from consumer.campfire.inspection import Inspection
from consumer.messages_api import MessagesApi
from consumer.start_check.campfire import campfire_findings as inspected
from operate.doctor.finding import Finding
from operate.doctor.groups.bot_keys import key_findings
from operate.doctor.groups.campfire import campfire_findings, contact
from operate.doctor.groups.model import model_findings
from shared.bots import DEFAULT_MODEL

ANOTHER = "Take the one that the bot's page shows now: it changes when somebody resets it there."


async def try_campfire(url: str) -> Sequence[Finding]:
    """What stands there."""
    found, inspection = await contact(url, datetime.now(UTC)), Inspection(url, {})
    try:
        return list(campfire_findings(url, await inspection.kind(), found))
    finally:
        await inspection.aclose()


async def try_key(url: str, bot: str, given: str) -> Sequence[Finding]:
    """Whether Campfire takes it."""
    inspection = Inspection(url, {bot: given})
    try:
        found = key_findings(await inspected(inspection), [], [bot])
        return [replace(it, mend=ANOTHER) if it.mend else it for it in found]
    finally:
        await inspection.aclose()


async def try_model(base_url: str, given: str) -> Sequence[Finding]:
    """Whether Claude answers; `base_url` empty: Anthropic's own."""
    return await model_findings(MessagesApi(base_url or None, given), [DEFAULT_MODEL])
