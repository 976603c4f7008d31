"""People, roles, rooms and permissions: taken as they stand, or refused with file and line."""

from pathlib import Path

import pytest

from shared.bots import Bot, load_bot
from shared.bots.rights import ids_of
from shared.errors import ConfigurationError

FIRST = "id: ops\nname: Ops\nsystem_prompt: You help.\n"
GOOD = f"""{FIRST}tools: [Read, Grep]
campfire: [search, post]
mcp_servers:
  tickets: {{url: "https://mcp.example/tickets", tools: [find, close]}}
"""
"""The next line is the eighth."""


def _bot(folder: Path, text: str) -> Bot:
    (folder / "ops.yaml").write_text(text)
    return load_bot(folder / "ops.yaml", ())


def test_who_may_do_what_reaches_the_bot(tmp_path: Path) -> None:
    """As the file says it, roles by their ids."""
    bot = _bot(
        tmp_path,
        f"""{GOOD}roles: {{admins: [7, 12]}}
people:
  talk: [admins, 15]
  approve: [7]
  control: {{new: approvers, stop all: [admins], status: everyone}}
rooms: {{answer: [3, 9], pings: false}}
permissions:
- {{tools: [mcp__tickets__find, campfire/*], policy: allow}}
- {{tools: [mcp__tickets__close], room: deny, ping: allow, people: [admins, 15]}}
""",
    )
    assert ids_of(bot, bot.people.talk or ()) == {7, 12, 15}  # type: ignore[arg-type]
    assert bot.people.approve == (7,)
    assert bot.people.control == {
        "new": "approvers", "stop all": ("admins",), "status": "everyone",
    }  # fmt: skip
    assert (bot.rooms.answer, bot.rooms.pings) == ((3, 9), False)
    find, close = bot.permissions or ()
    assert (find.tools, find.policy_in(is_ping=False)) == (
        ("mcp__tickets__find", "campfire/*"), "allow",
    )  # fmt: skip
    assert (close.policy_in(is_ping=False), close.policy_in(is_ping=True)) == ("deny", "allow")
    assert close.people == ("admins", 15)


def test_an_old_file_says_nothing_of_people(tmp_path: Path) -> None:
    """Everyone may talk everywhere, and there are no rules."""
    bot = _bot(tmp_path, GOOD)
    assert (bot.people.talk, bot.people.control, bot.rooms.answer, bot.rooms.pings) == (
        "everyone", {}, None, True,
    )  # fmt: skip
    assert bot.permissions is None


RULE = "permissions:\n- {{tools: [{}], {}}}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("people: {talk: Ann}", "8: people.talk must be everyone, or a list of user ids and names"),
        ("people: {talk: []}", "8: people.talk must be everyone, or a list"),
        ("people: {talk: }", "8: people.talk must be everyone, or a list"),
        ("people: {talk: [true]}", "8: people.talk must be everyone, or a list"),
        ("people: {talk: [7.5]}", "8: people.talk must be everyone, or a list"),
        ("people: {talk: [-7]}", "8: people.talk must be everyone, or a list"),
        ('people: {talk: ["7"]}', "8: people.talk must be everyone, or a list"),
        ("people: {talk: [everyone]}", "8: people.talk must be everyone, or a list"),
        ("people:", "8: people must be lines of `key: value`"),
        ("people: {speak: everyone}", "8: unknown key 'people.speak' (known: talk, approve, contr"),
        ("people:\n  talk: [7, admins]", "9: people.talk names admins, which is no user id and no"),
        ("people: {approve: everyone}", "8: people.approve must be a list of user ids and names"),
        ("people: {control: {noew: [7]}}", "8: people.control has no noew (known: stop, stop all"),
        ("people: {control: {new: Ann}}", "8: people.control of new must be everyone, approvers"),
        ("people:\n  control:\n    new: [staff]", "10: people.control.new names staff, which is"),
        ("people: {control: {new: approvers}}", "8: people.control.new is for approvers, and peo"),
        ("roles: {admins: [Ann]}", "8: roles must be lines of `role: [user ids]`"),
        ("roles: {admins: []}", "8: roles must be lines of `role: [user ids]`"),
        ("roles: {everyone: [7]}", "8: roles must be lines of `role: [user ids]`"),
        ("roles: {7: [7]}", "8: roles must be lines of `role: [user ids]`"),
        ("roles: [7]", "8: roles must be lines of `role: [user ids]`"),
        ("rooms: {answer: [ops]}", "8: rooms.answer must be a list of Campfire's room numbers"),
        ("rooms: {answer: }", "8: rooms.answer must be a list of Campfire's room numbers"),
        ("rooms: {pings: maybe}", "8: rooms.pings must be true or false"),
        ("rooms: {answer: [], pings: false}", "8: rooms leaves no room and no ping to answer in"),
        ("permissions:", "8: permissions must be a list of rules"),
        ("permissions: {tools: [Read]}", "8: permissions must be a list of rules"),
        ("permissions: [Read]", "8: permissions: must be lines of `key: value`"),
        ("permissions:\n- {policy: allow}", "9: permissions.tools is missing"),
        (RULE.format("Read", "policy: ask"), "9: permissions asks, and nobody could answer: say"),
        (RULE.format("Read", "ping: ask"), "9: permissions asks, and nobody could answer: say app"),
        (RULE.format("Read", "policy: ask, approvers: [x]"), "9: permissions.approvers names x, w"),
        (RULE.format("Read", "policy: ask, approvers: []"), "9: permissions.approvers must be ask"),
        (RULE.format("Read", "policy: ask, approvers: Ann"), "9: permissions.approvers must be as"),
        (
            "people: {talk: [7]}\npermissions:\n- {tools: [Read], policy: ask, approvers: [12]}",
            "10: permissions asks, and nobody could answer: none of its approvers may talk",
        ),
        (
            'people: {control: {"yes": [7]}}\n'
            "permissions:\n- {tools: [Read], policy: ask, people: [9], approvers: asker}",
            "10: permissions asks, and nobody could answer: none of its approvers may talk",
        ),
        (
            'control_words: {"yes": false}\n'
            "permissions:\n- {tools: [Read], policy: ask, approvers: asker}",
            "10: permissions asks, and nobody could answer: control_words forbids yes",
        ),
        (RULE.format("Read", "policy: perhaps"), "9: permissions.policy must be allow, ask or"),
        (RULE.format("Read", "policy: "), "9: permissions.policy must be allow, ask or"),
        (RULE.format("Read", "room: true"), "9: permissions.room must be allow, ask or"),
        (RULE.format("Read", "people: [7]"), "9: permissions has a rule without policy, room or"),
        (RULE.format("", "policy: allow"), "9: permissions has a rule for no tool"),
        (RULE.format("Read", "policy: allow, people: "), "9: permissions.people must be a list of"),
        (RULE.format("Read", "policy: allow, people: []"), "9: permissions.people must be a list"),
        (RULE.format("Read", "policy: deny, people: [x]"), "9: permissions.people names x, which"),
        (
            RULE.format("Read", "policy: allow, approvers: asker"),
            "9: permissions has a rule with appro",
        ),
        (RULE.format("Bash", "policy: deny"), "9: permissions.tools names Bash, which the bot do"),
        (RULE.format("campfire/edit", "policy: deny"), "9: permissions.tools names campfire/edit"),
        (RULE.format("mcp__tickets__open", "policy: deny"), "9: permissions.tools names mcp__tick"),
        (RULE.format("mcp__tickets__c*", "policy: deny"), "9: permissions names mcp__tickets__c*"),
        (
            "permissions:\n- {tools: [campfire/*], policy: allow}\n"
            "- {tools: [campfire/post], policy: deny, people: [7]}",
            "10: permissions has a rule that never counts",
        ),
    ],
)
def test_what_no_file_may_say_of_people(tmp_path: Path, text: str, problem: str) -> None:
    """One sentence, with the line that it is about."""
    with pytest.raises(ConfigurationError) as error:
        _bot(tmp_path, f"{GOOD}{text}\n")
    first = error.value.problems[0]
    assert first.removeprefix(f"{tmp_path}/ops.yaml:").startswith(problem)


def test_a_rule_counts_where_one_before_it_says_less(tmp_path: Path) -> None:
    """For some people, in pings only, or of some of the tools."""
    rules = (
        "{tools: [Read], policy: allow, people: [7]}",
        "{tools: [Read], ping: allow}",
        "{tools: [Read, Grep], policy: deny}",
    )
    bot = _bot(tmp_path, f"{GOOD}permissions: [{', '.join(rules)}]\n")
    assert len(bot.permissions or ()) == 3
