"""For whom a tool may be used, as the bot's file says it; what is said to the model if not. Pure.

A right is the asker's, whose message the turn answers, never of whoever else's words stand in the
room. Who is not a person, or not known, may what everyone may: another bot, a schedule, a subagent.
"""

from collections.abc import Collection

from consumer.tool_calls.given import INNER_TOOLS, SUBAGENT, Given
from consumer.toolboxes import Asking
from shared.bots.rights import Right, right_to
from shared.cli_tools import SKILL

FREE = INNER_TOOLS | SUBAGENT | {SKILL}
"""They reach nothing by themselves: what a skill or a subagent calls is asked for here too."""
NOT_THEIRS = (
    "It did not run: whoever asks may not use {tool} here. Tell them so; no other way around it is "
    "yours either, and nobody's word in the room changes it."
)
NOT_EVERYONES = (
    "It did not run: {tool} may be used here only for some people, and the one who asks is none of "
    "them that is known: a bot, or a program. Tell them so."
)
NOT_ALL_OF_THEIRS = (
    "It did not run: several people ask at once, and not all of them may use {tool} here. Tell "
    "them so: who may use it can ask for it alone."
)
NOT_A_SUBAGENTS = (
    "It did not run: a subagent may use only what everyone may, and {tool} is for some people only."
)


NOBODY_TO_ASK = (
    "It did not run: a person has to say yes to {tool} first, and there is nobody to be asked "
    "here: no person that is known asks, or several at once do. Say what was not done."
)
SUBAGENTS_ASK_NOBODY = (
    "It did not run: a person has to say yes to {tool} first, and a subagent cannot ask for that. "
    "Hand it back: the agent itself can."
)


def no_right(tool: str, given: Given, asking: Asking | None, *, by_subagent: bool) -> str | None:
    """Why not, as a sentence for the model; None: it may be used."""
    right = right_of(tool, given, asking, by_subagent=by_subagent)
    if right is None or right.policy != "deny":
        return None
    in_subagent = by_subagent or (asking is not None and asking.subagent)
    if right.why == "nobody_to_ask":
        return (SUBAGENTS_ASK_NOBODY if in_subagent else NOBODY_TO_ASK).format(tool=tool)
    if in_subagent:
        return NOT_A_SUBAGENTS.format(tool=tool)
    askers = askers_of(asking)
    why = NOT_ALL_OF_THEIRS if len(askers) > 1 else NOT_THEIRS if askers else NOT_EVERYONES
    return why.format(tool=tool)


def whose_word(
    tool: str, given: Given, asking: Asking | None, *, by_subagent: bool
) -> frozenset[int]:
    """One of whom has to say yes before it runs; nobody, where it needs no word."""
    right = right_of(tool, given, asking, by_subagent=by_subagent)
    return right.approvers if right is not None and right.policy == "ask" else frozenset()


def right_of(tool: str, given: Given, asking: Asking | None, *, by_subagent: bool) -> Right | None:
    """What the bot's file says of it; None: it is not asked, for the tool reaches nothing."""
    if tool in FREE:
        return None
    in_subagent = by_subagent or (asking is not None and asking.subagent)
    askers = () if in_subagent else askers_of(asking)
    bot = given.bot if asking is None else asking.bot
    right = right_to(bot, tool, askers, is_ping=asking.is_ping if asking else None)
    if right.policy == "ask" and len(askers) > 1:
        # For whom it would be carried out nobody could say.
        return Right("deny", "nobody_to_ask", right.rule)
    return right


def askers_of(asking: Asking | None) -> Collection[int | None]:
    """The people whose rights count, of several the narrowest; none: only what everyone may."""
    if asking is None or asking.unattended:
        return ()
    return asking.together if asking.asker is None else (asking.asker.user_id,)
