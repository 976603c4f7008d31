"""A rule over tools: whether they may be used, in rooms and in pings, by whom, after whose word."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from shared.bots.fields import Many, listed
from shared.bots.sections.access.who import Listed, listed_people
from shared.bots.sections.section import Section

Policy = Literal["allow", "ask", "deny"]
"""It runs; it runs once a person has approved that very call; it does not run."""
Approvers = Literal["asker"] | Listed
"""Whoever asked for it, or people by their ids and roles."""


def _policy(value: object) -> object:
    if value not in ("allow", "ask", "deny"):
        raise ValueError("must be allow, ask or deny")
    return value


def _approvers(value: object) -> Approvers:
    if value == "asker":
        return "asker"
    try:
        return listed_people(value)
    except ValueError as error:
        raise ValueError(f"must be asker, or {str(error).removeprefix('must be ')}") from error


OwnPolicy = Annotated[Policy | None, BeforeValidator(_policy)]


class Permission(Section):
    """A rule on calls of tools; of several the first that fits a call counts."""

    tools: Annotated[Many[str], listed("must be a list of tool names")]
    """See `shared.bots.tool_names`."""
    policy: OwnPolicy = None
    """In rooms and in pings, where the two below say nothing else."""
    room: OwnPolicy = None
    ping: OwnPolicy = None
    people: Annotated[Listed | None, BeforeValidator(listed_people)] = None
    """For whom the rule is there; None: for everyone."""
    approvers: Annotated[Approvers | None, BeforeValidator(_approvers)] = None
    """Who answers where it says `ask`; None: those of `people.approve`."""

    def policy_in(self, *, is_ping: bool) -> Policy | None:
        """What it says of a ping, or else of a room; None: nothing."""
        return (self.ping if is_ping else self.room) or self.policy

    @property
    def asks(self) -> bool:
        """Whether it says `ask` anywhere."""
        return any(self.policy_in(is_ping=place) == "ask" for place in (False, True))


def _rules(value: object) -> object:
    """A key without a value is no list without rules, nor no key."""
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of rules, as {tools: [Read], policy: allow}")
    return value


Permissions = Annotated[Many[Permission] | None, BeforeValidator(_rules)]
