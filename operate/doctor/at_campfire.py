"""What Campfire is asked, for two groups: what it is, and whether it takes our keys."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consumer.campfire.inspection import Inspection, Kind
from consumer.start_check.campfire import campfire_findings as inspected
from consumer.start_check.finding import Finding as Checked
from operate.doctor.finding import Finding, ok
from operate.doctor.groups.bot_keys import key_findings, shared_keys
from operate.doctor.groups.campfire import Contact, campfire_findings, contact
from operate.doctor.setup import Setup, without_key


@dataclass(frozen=True, slots=True)
class AtCampfire:
    """What came of it."""

    contact: Contact
    kind: Kind
    checked: Sequence[Checked]


async def ask_campfire(told: Setup) -> AtCampfire | None:
    """None where its address is missing or wrong, which is told as a problem."""
    url = told.get("CAMPFIRE_URL")
    if not url or told.problems_of("Campfire"):
        return None
    inspection = Inspection(url, told.keys)
    try:
        return AtCampfire(
            *await asyncio.gather(
                contact(url, datetime.now(UTC)), inspection.kind(), inspected(inspection)
            )
        )
    finally:
        await inspection.aclose()


def of_campfire(told: Setup, found: AtCampfire | None) -> list[Finding]:
    """The group Campfire."""
    if found is None:
        return []
    findings = list(campfire_findings(told.get("CAMPFIRE_URL"), found.kind, found.contact))
    if "CAMPFIRE_URL" in told.made_up:
        return [ok("CAMPFIRE_URL is not set: `make run`'s sandbox stands in for it"), *findings]
    return findings


def of_keys(told: Setup, found: AtCampfire | None) -> list[Finding]:
    """The group of the keys."""
    checked = found.checked if found else ()
    return [*key_findings(checked, without_key(told), told.keys), *shared_keys(told.keys)]
