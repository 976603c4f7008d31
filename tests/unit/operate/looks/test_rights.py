"""`python -m operate rights`: what may be done and why, by the bot's file alone."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from operate.__main__ import app

FILE = """\
id: ops
name: Ops
system_prompt: x
tools: [Read]
campfire: [search, post]
knowledge: handbook
mcp_servers:
  tickets: {url: "https://mcp.example", headers: {A: "${TICKETS_TOKEN}"}, tools: [find, close]}
  other: {url: "https://mcp.example"}
roles: {admins: [7, 12]}
people: {talk: [admins, 9], approve: [7], control: {new: approvers, stop: [7]}}
rooms: {answer: [3], pings: true}
permissions:
- {tools: [campfire/*, mcp__other__look], policy: allow}
- {tools: [mcp__tickets__*], room: deny, ping: allow, people: [admins]}
- {tools: [knowledge/*], policy: deny}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bots" / "handbook").mkdir(parents=True)
    (tmp_path / "bots" / "ops.yaml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOTS_DIR", raising=False)
    return tmp_path


def _rights(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rights", "--bot", "ops", *arguments])


def test_what_a_person_may_do_in_a_room_is_said_with_its_reason() -> None:
    """Talk, orders and every tool of the bot's, each with what in the file decides it."""
    result = _rights("--person", "7", "--room", "3")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output.splitlines() == [
        "person 7 (admins) with ops in room 3",
        "  yes talk",
        "  yes approve  (people.approve)",
        "  yes type stop  (people.control)",
        "  yes type stop all  (whoever may talk)",
        "  yes type new  (people.control)",
        "  yes type status  (whoever may talk)",
        "  yes type help  (whoever may talk)",
        "  yes type usage  (whoever may talk)",
        "  no  use Read  (no rule of permissions allows it)",
        "  yes use campfire/search  (permissions, rule 1)",
        "  yes use campfire/post  (permissions, rule 1)",
        "  no  use knowledge/*  (permissions, rule 3)",
        "  no  use mcp__tickets__find  (permissions, rule 2)",
        "  no  use mcp__tickets__close  (permissions, rule 2)",
        "  yes use mcp__other__look  (permissions, rule 1)",
        "  no  use mcp__other__*  (no rule of permissions allows it)",
    ]


def test_a_ping_is_another_place_and_another_person_has_other_rights() -> None:
    """As the file says it of each."""
    ping = _rights("--person", "12", "--ping").output
    assert "person 12 (admins) with ops in a ping" in ping
    assert "yes use mcp__tickets__close  (permissions, rule 2)" in ping
    assert "no  type new  (people.control)" in ping
    assert "no  type stop  (people.control, but for their own message)" in ping
    other = _rights("--person", "9", "--ping").output
    assert "no  use mcp__tickets__close  (no rule of permissions allows it)" in other


def test_what_is_somebody_else_s_goes_by_approvers(folder: Path) -> None:
    """Their notes: said apart from one's own."""
    (folder / "bots" / "ops.yaml").write_text(FILE.replace("[search, post]", "[search, notes]"))
    for person, may in (("7", "yes"), ("12", "no ")):
        output = _rights("--person", person, "--ping").output
        assert "yes type forget  (whoever may talk)" in output
        assert f"{may} type forget, of somebody else's  (people.approve)" in output


def test_a_word_that_the_file_forbids_is_no_order(folder: Path) -> None:
    """It goes to the bot as it stands, so nobody has or lacks a right to it."""
    (folder / "bots" / "ops.yaml").write_text(f"{FILE}control_words: {{usage: false}}\n")
    output = _rights("--person", "7", "--room", "3").output
    assert "yes type help" in output
    assert "type usage" not in output


def test_a_tool_is_judged_by_the_name_that_the_cli_gives_it(folder: Path) -> None:
    """The CLI rewrites what it takes in no name: the rule counts all the same."""
    file = FILE.replace("mcp__other__look", "mcp__other__look.up")
    (folder / "bots" / "ops.yaml").write_text(file)
    output = _rights("--person", "7", "--room", "3").output
    assert "yes use mcp__other__look.up  (permissions, rule 1)" in output


@pytest.mark.parametrize(
    ("where", "person", "why"),
    [("3", "15", "people.talk does not name them"), ("4", "7", "rooms.answer does not name this")],
)
def test_who_is_not_answered_may_nothing(where: str, person: str, why: str) -> None:
    """No right is told of that they cannot use."""
    first, talk = _rights("--person", person, "--room", where).output.splitlines()
    assert first.startswith(f"person {person}")
    assert talk.startswith(f"  no  talk  ({why}")


def test_without_rules_whoever_may_talk_may_use_all(folder: Path) -> None:
    """As an old file says it."""
    old = "id: ops\nname: Ops\nsystem_prompt: x\ntools: [Read]\n"
    (folder / "bots" / "ops.yaml").write_text(old)
    output = _rights("--person", "7", "--room", "3").output
    assert "yes use Read  (there are no permissions: whoever may talk)" in output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--person", "7"], "say where: --room"),
        (["--person", "7", "--room", "3", "--ping"], "say where: --room"),
        (["--person", "7", "--ping", "--bot", "opps"], "no bot file in bots has the id opps"),
    ],
)
def test_what_cannot_be_answered_is_said(arguments: list[str], why: str) -> None:
    """In a sentence, and the exit code says so too."""
    result = _rights(*arguments)
    assert result.exit_code == 2
    assert why in result.stderr


def test_a_file_with_faults_is_told_of_with_its_line(folder: Path) -> None:
    """Nothing is guessed from it."""
    with (folder / "bots" / "ops.yaml").open("a") as file:
        file.write("colour: red\n")
    result = _rights("--person", "7", "--room", "3")
    assert result.exit_code == 2
    assert "ops.yaml:17: unknown key 'colour'" in result.stderr


def test_where_a_person_is_asked_it_says_who_may_say_yes(folder: Path) -> None:
    """And where none of its approvers could, that it is denied."""
    rules = FILE.partition("permissions:")[0] + (
        "permissions:\n"
        "- {tools: [Read], policy: ask, approvers: [7, 12]}\n"
        "- {tools: [campfire/*], policy: ask, approvers: asker}\n"
    )
    (folder / "bots" / "ops.yaml").write_text(rules)
    told = _rights("--person", "9", "--room", "3").output.splitlines()
    assert "  ask use Read  (permissions, rule 1: 7, 12 may say yes)" in told
    assert "  ask use campfire/search  (permissions, rule 2: 9 may say yes)" in told


@pytest.mark.parametrize("person", ["ada", "0", "-3", "7.5"])
def test_a_person_who_is_no_number_is_told_where_that_stands(folder: Path, person: str) -> None:
    """People know each other by name."""
    result = _rights("--person", person, "--room", "3")
    assert result.exit_code == 2
    assert f"--person: {person} is no user id; it is the number at the end of" in result.stderr
