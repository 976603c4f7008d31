"""People, rooms and rules over tools: nobody unknown, and no rule that says nothing."""

from collections.abc import Iterator, Sequence
from typing import cast

from shared.bots.admission import may_talk, may_type
from shared.bots.bot import Bot
from shared.bots.refusals.found import Found
from shared.bots.rights import ids_of
from shared.bots.sections.access.permission import Permission
from shared.bots.sections.access.who import APPROVERS, EVERYONE, Listed
from shared.bots.tool_names import ALL, Pattern, not_given, pattern
from shared.bots.yaml_file import KeyPath


def of_people(bot: Bot) -> Found:
    """Roles that the file does not have, and a bot that answers nobody."""
    for place, listed in _lists(bot):
        for name in listed:
            if isinstance(name, str) and name not in bot.roles:
                known = f"roles: {', '.join(bot.roles)}" if bot.roles else "there are none"
                yield place, f"names {name}, which is no user id and no role ({known})"
    for word, who in bot.people.control.items():
        if who == APPROVERS and not bot.people.approve:
            yield ("people", "control", word), "is for approvers, and people.approve names none"
    if bot.rooms.answer == () and not bot.rooms.pings:
        yield ("rooms",), "leaves no room and no ping to answer in"


def of_permissions(bot: Bot) -> Found:
    """Rules that say nothing, or of nothing that this bot has."""
    rules = bot.permissions or ()
    for number, rule in enumerate(rules):
        place = ("permissions", number)
        yield from ((place, what) for what in _of_rule(rule))
        for tool in not_given(bot, rule.tools):
            yield (*place, "tools"), f"names {tool}, which the bot does not have"
        yield from ((place, what) for what in _of_approvers(bot, rule))
        if _never_counts(rule, rules[:number]):
            yield place, "has a rule that never counts: those before it say all of it"


def _lists(bot: Bot) -> Iterator[tuple[KeyPath, Sequence[int | str]]]:
    people = bot.people
    yield ("people", "talk"), () if people.talk == "everyone" else people.talk
    yield ("people", "approve"), people.approve
    for word, who in people.control.items():
        yield ("people", "control", word), () if isinstance(who, str) else who
    for number, rule in enumerate(bot.permissions or ()):
        yield ("permissions", number, "people"), rule.people or ()
        named = () if rule.approvers == "asker" else rule.approvers or ()
        yield ("permissions", number, "approvers"), named


def _of_rule(rule: Permission) -> Iterator[str]:
    if not rule.tools:
        yield "has a rule for no tool"
    if (rule.policy, rule.room, rule.ping) == (None, None, None):
        yield "has a rule without policy, room or ping: it says nothing"
    for tool in rule.tools:
        if ALL in pattern(tool).tool and pattern(tool).tool != ALL:
            yield f"names {tool}: * stands for all tools of a kind, or not at all"


def _of_approvers(bot: Bot, rule: Permission) -> Iterator[str]:
    """Approvers of nothing; a request that nobody could answer."""
    if not rule.asks:
        if rule.approvers is not None:
            yield "has a rule with approvers, and asks nobody: its policy is never ask"
        return
    if rule.approvers is None and not bot.people.approve:
        yield "asks, and nobody could answer: say approvers, or people.approve"
    elif bot.word_names.get("yes") == ():
        yield "asks, and nobody could answer: control_words forbids yes"
    elif not any(may_talk(bot, it) and may_type(bot, it, "yes") for it in _answerers(bot, rule)):
        yield "asks, and nobody could answer: none of its approvers may talk to it and type yes"


def _answerers(bot: Bot, rule: Permission) -> Iterator[int | None]:
    """Everybody whom the file names as one; None: somebody whom it does not name."""
    if rule.approvers != "asker":
        yield from ids_of(bot, bot.people.approve if rule.approvers is None else rule.approvers)
    elif rule.people is not None:
        yield from ids_of(bot, rule.people)
    else:
        listed_where = bot.people.talk, bot.people.control.get("yes", EVERYONE)
        yield None
        for listed in listed_where:
            named = bot.people.approve if listed == APPROVERS else listed
            yield from () if named == EVERYONE else ids_of(bot, cast("Listed", named))


def _never_counts(rule: Permission, before: Sequence[Permission]) -> bool:
    places = [it for it in (False, True) if rule.policy_in(is_ping=it) is not None]
    said = [
        any(_says(other, pattern(tool), is_ping=place) for other in before)
        for place in places
        for tool in rule.tools
    ]
    return bool(said) and all(said)


def _says(rule: Permission, named: Pattern, *, is_ping: bool) -> bool:
    """Whether it says it for everyone."""
    if rule.people is not None or rule.policy_in(is_ping=is_ping) is None:
        return False
    of_all = Pattern(named.source, ALL) if named.source else named
    return any(pattern(tool) in (named, of_all) for tool in rule.tools)
