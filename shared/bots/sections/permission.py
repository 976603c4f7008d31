"""A rule over tools: whether they may be used, in rooms and in pings, and by whom."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from shared.bots.fields import Many, listed
from shared.bots.sections.section import Section
from shared.bots.sections.who import Listed, listed_people

Policy = Literal["allow", "deny"]


def _policy(value: object) -> object:
    if value == "ask":
        raise ValueError("is ask, which is not built yet: write deny until a release that has it")
    if value not in ("allow", "deny"):
        raise ValueError("must be allow or deny")
    return value


OwnPolicy = Annotated[Policy | None, BeforeValidator(_policy)]


class Permission(Section):
    """Of several the first that fits a call counts."""

    tools: Annotated[Many[str], listed("must be a list of tool names")]
    """See `shared.bots.tool_names`."""
    policy: OwnPolicy = None
    """In rooms and in pings, where the two below say nothing else."""
    room: OwnPolicy = None
    ping: OwnPolicy = None
    people: Annotated[Listed | None, BeforeValidator(listed_people)] = None
    """For whom the rule is there; None: for everyone."""

    def policy_in(self, *, is_ping: bool) -> Policy | None:
        """What it says of a ping, or else of a room; None: nothing."""
        return (self.ping if is_ping else self.room) or self.policy


def _rules(value: object) -> object:
    """A key without a value is no list without rules, nor no key."""
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of rules, as {tools: [Read], policy: allow}")
    return value


Permissions = Annotated[Many[Permission] | None, BeforeValidator(_rules)]
