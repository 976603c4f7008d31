"""What is found at CAMPFIRE_URL: Campfire or something else, and each bot's key accepted or not."""

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.answers import is_refused
from consumer.campfire.inspection import Inspection, Kind
from consumer.start_check.finding import Finding


async def campfire_findings(inspection: Inspection) -> list[Finding]:
    """What it is, and of each bot whether its key is accepted; never raises for answers."""
    kind = await inspection.kind()
    known = kind in (Kind.MAIN, Kind.OLD)
    findings = [Finding("campfire", kind.value, good=known)]
    if kind is Kind.OLD:
        later = "not checkable before the first post (v1.4.9)"
        findings += [Finding(f"key of {bot_id}", later, good=True) for bot_id in inspection.bot_ids]
    elif kind is Kind.MAIN:
        findings += [await _key(inspection, bot_id) for bot_id in inspection.bot_ids]
    return findings


async def _key(inspection: Inspection, bot_id: str) -> Finding:
    answer, subject = await inspection.show_key(bot_id), f"key of {bot_id}"
    if not isinstance(answer, CampfireAnswer):
        return Finding(subject, f"not known: Campfire is {answer.value}", good=False)
    if is_refused(answer):
        return Finding(subject, "refused: set the key from the bot's page in Campfire", good=False)
    if answer.status_code in (200, 204, 404):  # 404: accepted, and the bot is not in that room
        return Finding(subject, "accepted", good=True)
    return Finding(subject, f"not known: Campfire answers {answer.status_code}", good=False)
