"""The right to use a tool: what the rules of a bot's file say, for whom and where. Pure.

Whatever is not known is answered as for the one who may least: it only ever takes away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from shared.bots.bot import Bot
from shared.bots.sections.permission import Permission
from shared.bots.sections.who import Listed
from shared.bots.tool_names import names, pattern

Why = Literal["no_rules", "rule", "not_named"]
"""The file has no rules; a rule says so; none does."""


@dataclass(frozen=True, slots=True)
class Right:
    """The answer, and what it comes from."""

    is_allowed: bool
    why: Why
    rule: int | None = None
    """Which of the rules, counted from 1."""


def right_to(bot: Bot, tool: str, askers: Collection[int | None], *, is_ping: bool | None) -> Right:
    """Whether a tool that the bot has may be used; of several askers the narrowest counts.

    `tool`: as the CLI calls it. `askers`: users of Campfire; none, or None among them, is somebody
    unknown, who may what everyone may. `is_ping`: None where that is not known either.
    """
    if bot.permissions is None:
        return Right(True, "no_rules")
    places = (False, True) if is_ping is None else (is_ping,)
    rights = [
        _right(bot, bot.permissions, tool, asker, is_ping=place)
        for asker in askers or (None,)
        for place in places
    ]
    return next((right for right in rights if not right.is_allowed), rights[0])


def ids_of(bot: Bot, listed: Listed) -> frozenset[int]:
    """The people that a list stands for; a role that the file does not have is nobody."""
    return frozenset(
        user_id
        for item in listed
        for user_id in ((item,) if isinstance(item, int) else bot.roles.get(item, ()))
    )


def _right(
    bot: Bot, rules: Collection[Permission], tool: str, asker: int | None, *, is_ping: bool
) -> Right:
    for number, rule in enumerate(rules, 1):
        policy = rule.policy_in(is_ping=is_ping)
        if policy is None or not any(names(pattern(it), tool) for it in rule.tools):
            continue
        if _is_for(bot, rule, asker, denies=policy == "deny"):
            return Right(policy == "allow", "rule", number)
    return Right(False, "not_named")


def _is_for(bot: Bot, rule: Permission, asker: int | None, *, denies: bool) -> bool:
    """Somebody unknown may be anybody: whom a rule denies it, and none of those it allows it."""
    if rule.people is None:
        return True
    unknown = asker is None or any(it not in bot.roles for it in rule.people if isinstance(it, str))
    return denies if unknown else asker in ids_of(bot, rule.people)
