"""People in a bot file: Campfire's user ids, and names of roles that stand for some."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator

from shared.numbers import whole_number

EVERYONE, APPROVERS = "everyone", "approvers"

Listed = tuple[int | str, ...]
Who = Literal["everyone"] | Listed
MayType = Literal["everyone", "approvers"] | Listed

A_LIST = "must be a list of user ids and names of roles, as [7, admins]"
_IDS = "must be lines of `role: [user ids]`, as admins: [7, 12]"


def listed_people(value: object) -> Listed:
    """At least one: whoever means nobody leaves the rule, or the key, out."""
    items = tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else ()
    if not items or not all(_is_id(item) or _is_role(item) for item in items):
        raise ValueError(A_LIST)
    return cast("Listed", items)


def _who(value: object) -> Who:
    if value == EVERYONE:
        return "everyone"
    try:
        return listed_people(value)
    except ValueError as error:
        raise ValueError(f"must be everyone, or {A_LIST.removeprefix('must be ')}") from error


def may_type(value: object) -> MayType:
    """Who may type a control word; raises ValueError for what is no such thing."""
    return "approvers" if value == APPROVERS else _who(value)


def _roles(value: object) -> dict[str, tuple[int, ...]]:
    roles: Mapping[Any, Any] = value if isinstance(value, Mapping) else {None: None}
    for name, ids in roles.items():
        known = isinstance(ids, list | tuple) and bool(ids) and all(map(_is_id, ids))
        if not _is_role(name) or not known:
            raise ValueError(_IDS)
    return {name: tuple(ids) for name, ids in roles.items()}


def _is_id(value: object) -> bool:
    return isinstance(value, int) and value is not True and value > 0


def _is_role(value: object) -> bool:
    """A number in quotes is none: it would be nobody."""
    named = isinstance(value, str) and bool(value.strip()) and whole_number(value.strip()) is None
    return named and value not in (EVERYONE, APPROVERS)


Everyone = Annotated[Who, BeforeValidator(_who)]
OwnListed = Annotated[Listed, BeforeValidator(listed_people)]
Roles = Annotated[dict[str, tuple[int, ...]], BeforeValidator(_roles)]
