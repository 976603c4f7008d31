"""Who may use what, where: one table, and what no order or gap of the rules may ever do."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.bots import Bot
from shared.bots.rights import Right, right_to
from shared.bots.sections.access.people import People

TICKETS = {"tickets": {"url": "https://mcp.example"}}
ROLES = {"admins": (7, 12)}
FIND, CLOSE, SEARCH = "mcp__tickets__find", "mcp__tickets__close", "mcp__campfire__search"


def _bot(*rules: dict[str, Any]) -> Bot:
    values = {
        "id": "ops", "name": "Ops", "system_prompt": "x", "tools": ("Read", "Grep"),
        "campfire": ("search", "edit", "notes"), "mcp_servers": TICKETS, "roles": ROLES,
        "permissions": [{"tools": ["Read"], **rule} for rule in rules],
    }  # fmt: skip
    return Bot.model_validate(values)


def _may(bot: Bot, tool: str, *askers: int | None, ping: bool | None = False) -> bool:
    return right_to(bot, tool, askers, is_ping=ping).is_allowed


NOBODY: tuple[int, ...] = ()
ALLOW: dict[str, Any]
DENY: dict[str, Any]
ALLOW, DENY = {"policy": "allow"}, {"policy": "deny"}
FOR = {"people": [7]}


@pytest.mark.parametrize(
    ("rules", "room", "ping"),
    [
        # who is allowed: 7, 9, nobody known, both, in a room and in a ping
        ([], "- - - -", "- - - -"),
        ([ALLOW], "7 9 0 2", "7 9 0 2"),
        ([DENY], "- - - -", "- - - -"),
        ([{"room": "allow"}], "7 9 0 2", "- - - -"),
        ([{"ping": "allow"}], "- - - -", "7 9 0 2"),
        ([{"policy": "allow", "room": "deny"}], "- - - -", "7 9 0 2"),
        ([{"policy": "deny", "room": "allow"}], "7 9 0 2", "- - - -"),
        ([ALLOW | FOR], "7 - - -", "7 - - -"),
        ([DENY | FOR], "- - - -", "- - - -"),
        ([DENY | FOR, ALLOW], "- 9 - -", "- 9 - -"),
        ([ALLOW, DENY | FOR], "7 9 0 2", "7 9 0 2"),
        ([ALLOW | FOR, DENY], "7 - - -", "7 - - -"),
        ([ALLOW | FOR, ALLOW], "7 9 0 2", "7 9 0 2"),
        ([DENY, ALLOW], "- - - -", "- - - -"),
        ([ALLOW | {"people": ["admins"]}], "7 - - -", "7 - - -"),
        ([ALLOW | {"people": ["admins", 9]}], "7 9 - 2", "7 9 - 2"),
        ([DENY | {"people": ["admins"]}, ALLOW], "- 9 - -", "- 9 - -"),
        ([ALLOW | {"people": ["gone"]}], "- - - -", "- - - -"),
        ([DENY | {"people": ["gone"]}, ALLOW], "- - - -", "- - - -"),
        ([{"room": "allow"} | FOR, {"ping": "allow"}], "7 - - -", "7 9 0 2"),
        ([{"room": "deny", "ping": "allow"} | FOR, {"room": "allow"}], "- 9 - -", "7 - - -"),
        ([{"tools": ["Grep"]} | ALLOW], "- - - -", "- - - -"),
        ([{"tools": ["Grep"]} | DENY, ALLOW], "7 9 0 2", "7 9 0 2"),
        ([{"tools": ["Grep", "Read"]} | ALLOW | FOR], "7 - - -", "7 - - -"),
    ],
)
def test_the_first_rule_that_fits_decides(
    rules: Sequence[dict[str, Any]], room: str, ping: str
) -> None:
    """Unknown people are those who may least, of several the narrowest; what is unsaid is no."""
    bot = _bot(*rules)
    for place, told in ((False, room), (True, ping)):
        may = [_may(bot, "Read", *who, ping=place) for who in ((7,), (9,), NOBODY, (7, 9))]
        signs = zip(may, "7902", strict=True)
        assert " ".join(sign if it else "-" for it, sign in signs) == told
    both = all(_may(bot, "Read", 9, ping=place) for place in (False, True))
    assert _may(bot, "Read", 9, ping=None) is both


def test_without_rules_whoever_may_talk_may_use_all() -> None:
    """As before there were any."""
    bot = _bot().model_copy(update={"permissions": None})
    assert right_to(bot, "Read", NOBODY, is_ping=None) == Right("allow", "no_rules")


def test_an_answer_says_which_rule_it_comes_from() -> None:
    """Counted from 1; or that none names the tool."""
    bot = _bot(ALLOW | FOR, DENY)
    assert right_to(bot, "Read", [7], is_ping=False) == Right("allow", "rule", 1)
    assert right_to(bot, "Read", [9], is_ping=False) == Right("deny", "rule", 2)
    assert right_to(bot, "Read", [7, 9], is_ping=False) == Right("deny", "rule", 2)
    assert right_to(bot, "Grep", [7], is_ping=False) == Right("deny", "not_named")


@pytest.mark.parametrize(
    ("named", "tool", "stands_for"),
    [
        ("Read", "Read", True),
        ("Read", "read", False),
        ("Read", "mcp__campfire__Read", False),
        ("campfire/*", SEARCH, True),
        ("campfire/search", SEARCH, True),
        ("campfire/search", "mcp__campfire__edit", False),
        ("campfire/edit", "mcp__campfire__delete", True),
        ("campfire/notes", "mcp__campfire__remember", True),
        ("mcp__campfire__search", SEARCH, True),
        ("mcp__tickets__find", FIND, True),
        ("mcp__tickets__find", CLOSE, False),
        ("mcp__tickets__*", CLOSE, True),
        ("mcp__tickets", CLOSE, True),
        ("mcp__tickets__*", "mcp__tickets2__close", False),
        ("mcp__tickets__get.user", "mcp__tickets__get_user", True),
        ("knowledge/*", "mcp__knowledge__search", True),
    ],
)
def test_a_rule_names_tools_as_the_rest_of_the_file(
    named: str, tool: str, stands_for: bool
) -> None:
    """What it allows it would also deny: the same calls."""
    rule = {"tools": [named]}
    assert _may(_bot(rule | ALLOW), tool, 7) is stands_for
    all_else = {"tools": ["Read", "campfire/*", "knowledge/*", "mcp__tickets__*"], **ALLOW}
    rest = _may(_bot(all_else), tool, 7)
    assert _may(_bot(rule | DENY, all_else), tool, 7) is (rest and not stands_for)


POLICIES = st.sampled_from(["allow", "ask", "deny"])
RULES = st.lists(
    st.fixed_dictionaries(
        {"tools": st.lists(st.sampled_from(["Read", "Grep", "campfire/*"]), min_size=1)},
        optional={
            "policy": POLICIES,
            "room": POLICIES,
            "ping": POLICIES,
            "people": st.lists(st.sampled_from([7, 9, "admins", "gone"]), min_size=1),
            "approvers": st.just("asker")
            | st.lists(st.sampled_from([7, "admins", "gone"]), min_size=1),
        },
    ),
    max_size=5,
)
ASKERS: st.SearchStrategy[list[int | None]] = st.lists(st.sampled_from([7, 9, 12, 99]), max_size=3)
PLACES = st.sampled_from([True, False, None])


@given(RULES, ASKERS, PLACES, st.data())
def test_nothing_that_is_unknown_or_reordered_widens(
    rules: list[dict[str, Any]], askers: list[int | None], place: bool | None, data: st.DataObject
) -> None:
    """In any order a call runs only where a rule by itself allows it to each asker; and an asker or
    a place that is not known, one asker more, one rule more that denies, never let it run."""
    order = data.draw(st.permutations(rules))
    if _may(_bot(*order), "Read", *askers, ping=place):
        alone = [_bot(rule) for rule in order if "allow" in rule.values()]
        for asker in askers or [None]:
            assert any(_may(it, "Read", asker, ping=bool(place)) for it in alone)
        return
    one_more = data.draw(st.sampled_from([7, 9, 12, 99, None]))
    assert not _may(_bot(*order), "Read", *(askers or [None]), one_more, ping=place)
    assert not _may(_bot(*order), "Read", ping=place)
    assert not _may(_bot(*order), "Read", *askers, ping=None)
    at = data.draw(st.integers(0, len(order)))
    people: dict[str, Any] = data.draw(st.sampled_from([{}, {"people": [7]}, {"people": ["gone"]}]))
    stricter = _bot(*order[:at], DENY | people, *order[at:])
    assert not _may(stricter, "Read", *askers, ping=place)


ASK = {"policy": "ask", "approvers": [7, "admins"]}


@pytest.mark.parametrize(
    ("rule", "askers", "policy", "approvers"),
    [
        (ASK, [9], "ask", {7, 12}),
        (ASK, [7], "ask", {7, 12}),
        (ASK | {"approvers": "asker"}, [9], "ask", {9}),
        (ASK, [9, 15], "ask", {7, 12}),
        (ASK | {"approvers": "asker"}, [9, 15], "deny", set()),  # neither answers for both
        (ASK, NOBODY, "deny", set()),  # a schedule, another bot, a subagent
        (ASK | {"approvers": "asker"}, NOBODY, "deny", set()),
        (ASK, [9, None], "deny", set()),
        (ASK | {"approvers": ["gone"]}, [9], "deny", set()),
        ({"policy": "ask"}, [9], "deny", set()),  # people.approve names nobody
        (ASK | FOR, [9], "deny", set()),  # nothing else names it
        (ASK | FOR, [7], "ask", {7, 12}),
        ({"room": "ask", "ping": "allow", "approvers": [12]}, [9], "ask", {12}),
    ],
)
def test_where_a_person_is_asked_and_who(
    rule: dict[str, Any], askers: list[int | None], policy: str, approvers: set[int]
) -> None:
    """Only for people that are known, and of people that the file names; else it is denied."""
    right = right_to(_bot(rule), "Read", askers, is_ping=False)
    assert (str(right.policy), set(right.approvers)) == (policy, approvers)
    assert not right.is_allowed


def test_the_narrowest_of_allow_ask_and_deny() -> None:
    """Of several askers, and of a room or a ping where nobody knows which."""
    bot = _bot(ALLOW | FOR, ASK | {"people": [9]})
    assert right_to(bot, "Read", [7, 9], is_ping=False).policy == "ask"
    assert right_to(bot, "Read", [7, 9, 15], is_ping=False).policy == "deny"
    by_place = _bot({"room": "ask", "ping": "allow", "approvers": [12]})
    assert right_to(by_place, "Read", [9], is_ping=True).is_allowed
    assert right_to(by_place, "Read", [9], is_ping=None).policy == "ask"


def test_whoever_approves_for_the_bot_answers_where_a_rule_names_nobody() -> None:
    """Those of people.approve."""
    bot = _bot({"policy": "ask"}).model_copy(update={"people": People(approve=("admins", 15))})
    assert right_to(bot, "Read", [9], is_ping=False).approvers == {7, 12, 15}


@given(RULES, ASKERS, PLACES, st.sampled_from([7, 9, 12, 99, None]))
def test_nobody_is_asked_who_is_not_named(
    rules: list[dict[str, Any]], askers: list[int | None], place: bool | None, more: int | None
) -> None:
    """Somebody is, wherever somebody is to be; one asker more asks no more people, and allows
    nothing that had to be asked."""
    right = right_to(_bot(*rules), "Read", askers, is_ping=place)
    assert bool(right.approvers) is (right.policy == "ask")
    assert right.approvers <= {7, 12, *askers}
    wider = right_to(_bot(*rules), "Read", [*(askers or [None]), more], is_ping=place)
    order = ("deny", "ask", "allow")
    assert order.index(wider.policy) <= order.index(right.policy)
    if right.policy == "ask":
        assert wider.approvers <= right.approvers


MALFORMED = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 0), st.floats(), st.just("asks"), st.just("Allow"),
    st.just([]), st.just({}), st.just([None]), st.just([[7]]), st.just(["7"]), st.just([7.0]),
    st.just([True]), st.just([0]),
)  # fmt: skip


@given(st.sampled_from(["policy", "room", "ping", "people", "tools", "approvers"]), MALFORMED)
def test_a_malformed_value_is_refused_and_never_left_out(key: str, value: object) -> None:
    """Not even where the rest of the rule would be one."""
    assume(key != "tools" or value not in ([], ["7"]))  # a name, refused beside what the bot has
    with pytest.raises(ValueError, match=r"permissions|tools|policy|room|ping|people"):
        _bot({**ALLOW, key: value})
