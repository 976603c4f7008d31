"""Whether Campfire lets each bot in."""

from collections.abc import Iterable, Iterator, Mapping

from consumer.start_check.finding import Finding as Checked
from operate.doctor.finding import Finding, broken, ok, unknown, warning

WHERE = "inside the curl line of the bot's page, which the page cuts off: select all of it"
_SUBJECT = "key of "


def key_findings(
    checked: Iterable[Checked], without: Iterable[tuple[str, str]], bots: Iterable[str]
) -> Iterator[Finding]:
    """`checked`: what Campfire said of keys, as the worker's start check has it; `without`: bots
    that have none, with their variable; `bots`: the ids of those that have one."""
    said = {it.subject.removeprefix(_SUBJECT): it for it in checked if it.subject != "campfire"}
    for bot_id in bots:
        yield _one(bot_id, said.get(bot_id))
    for bot_id, variable in without:
        yield ok(
            f"{bot_id} takes no part: it has no key, which `python -m operate key {bot_id}` keeps"
            f" (or {variable})"
        )


def shared_keys(keys: Mapping[str, str]) -> Iterator[Finding]:
    """Two bots of ours that would be one in Campfire."""
    first: dict[str, str] = {}
    for bot_id in keys:
        number = keys[bot_id].partition("-")[0]
        other = first.setdefault(number, bot_id)
        if other != bot_id:
            yield broken(
                f"{other} and {bot_id} have the key of one and the same bot in Campfire",
                "One of them needs a bot of its own in Campfire: make it there, and keep its key by"
                f" `python -m operate key {other}` or `… key {bot_id}`.",
            )


def _one(bot_id: str, checked: Checked | None) -> Finding:
    if checked is None:
        return unknown(f"{bot_id}: its key cannot be checked until Campfire answers")
    if checked.good:
        return ok(f"{bot_id}: {checked.found}")
    if checked.found.startswith("refused"):
        return broken(
            f"{bot_id}: Campfire refuses its key",
            f"Type `python -m operate key {bot_id}` and paste the one that Campfire shows {WHERE}."
            " It changes when somebody resets it there.",
        )
    return warning(f"{bot_id}: {checked.found}", "Run doctor again when Campfire answers.")
