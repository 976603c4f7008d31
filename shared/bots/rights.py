"""The right to use a tool: what the rules of a bot's file say, for whom and where. Pure.

Whatever is not known is answered as for the one who may least: it only ever takes away.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.bots.bot import Bot
from shared.bots.sections.access.permission import Permission, Policy
from shared.bots.sections.access.who import Listed
from shared.bots.tool_names import names, pattern

Why = Literal["no_rules", "rule", "not_named", "nobody_to_ask"]
"""The file has no rules; a rule says so; none does; one says `ask`, and nobody is known for whom it
could be asked, or who could answer."""


@dataclass(frozen=True, slots=True)
class Right:
    """The answer, and what it comes from."""

    policy: Policy
    why: Why
    rule: int | None = None
    """Which of the rules, counted from 1."""
    approvers: frozenset[int] = frozenset()
    """Where it is `ask`: whose word is needed, one of theirs; never nobody's."""

    @property
    def is_allowed(self) -> bool:
        """Whether it runs without anybody's word."""
        return self.policy == "allow"


def right_to(bot: Bot, tool: str, askers: Collection[int | None], *, is_ping: bool | None) -> Right:
    """Whether a tool that the bot has may be used; of several askers the narrowest counts.

    `tool`: as the CLI calls it. `askers`: users of Campfire; none, or None among them, is somebody
    unknown, who may what everyone may, and for whom nobody is asked. `is_ping`: None where that is
    not known either.
    """
    if bot.permissions is None:
        return Right("allow", "no_rules")
    places = (False, True) if is_ping is None else (is_ping,)
    rights = [
        _right(bot, bot.permissions, tool, asker, is_ping=place)
        for asker in askers or (None,)
        for place in places
    ]
    return _narrowest(rights)


def ids_of(bot: Bot, listed: Listed) -> frozenset[int]:
    """The people that a list stands for; a role that the file does not have is nobody."""
    return frozenset(
        user_id
        for item in listed
        for user_id in ((item,) if isinstance(item, int) else bot.roles.get(item, ()))
    )


def approvers_of(bot: Bot, rule: Permission, asker: int) -> frozenset[int]:
    """Who may answer what this rule has asked for somebody."""
    if rule.approvers == "asker":
        return frozenset({asker})
    return ids_of(bot, bot.people.approve if rule.approvers is None else rule.approvers)


def _narrowest(rights: Sequence[Right]) -> Right:
    """Where several ask, whoever answers is one of each one's approvers."""
    for policy in ("deny", "ask"):
        found = [right for right in rights if right.policy == policy]
        if not found:
            continue
        approvers = frozenset.intersection(*(right.approvers for right in found))
        if policy == "ask" and not approvers:
            return Right("deny", "nobody_to_ask", found[0].rule)
        return replace(found[0], approvers=approvers)
    return rights[0]


def _right(
    bot: Bot, rules: Collection[Permission], tool: str, asker: int | None, *, is_ping: bool
) -> Right:
    for number, rule in enumerate(rules, 1):
        policy = rule.policy_in(is_ping=is_ping)
        if policy is None or not any(names(pattern(it), tool) for it in rule.tools):
            continue
        if _is_for(bot, rule, asker, denies=policy != "allow"):
            return _asked(bot, rule, asker, number) if policy == "ask" else _said(policy, number)
    return Right("deny", "not_named")


def _said(policy: Policy, number: int) -> Right:
    return Right(policy, "rule", number)


def _asked(bot: Bot, rule: Permission, asker: int | None, number: int) -> Right:
    approvers = frozenset[int]() if asker is None else approvers_of(bot, rule, asker)
    if not approvers:
        return Right("deny", "nobody_to_ask", number)
    return Right("ask", "rule", number, approvers)


def _is_for(bot: Bot, rule: Permission, asker: int | None, *, denies: bool) -> bool:
    """Somebody unknown may be anybody: whom a rule denies it or has it asked, and none of those
    it allows it."""
    if rule.people is None:
        return True
    unknown = asker is None or any(it not in bot.roles for it in rule.people if isinstance(it, str))
    return denies if unknown else asker in ids_of(bot, rule.people)
