"""`python -m operate doctor`, with nothing around it that answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from operate.__main__ import app
from operate.doctor.finding import Finding, Group, Mark, ok
from operate.doctor.printing import exit_code, lines

KEY = "3-a1b2c3d4e5f6"
GROUPS = [
    *("Bot keys", "Campfire", "Webhook", "Storage", "Tools", "Redis", "Model", "Machine", "Safety")
]
SETTINGS = {
    "REDIS_URL": "redis://:hush0@127.0.0.1:1/0",
    "CAMPFIRE_URL": "http://someone:hush1@127.0.0.1:1",
    "ANTHROPIC_API_KEY": "sk-ant-hush2",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
    "ADMIN_TOKEN": "hush3-hush3-hush3",
    "PORT": "1",
    "BOT_KEY_OPS": KEY,
}


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def _doctor(*options: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *options])


def _found() -> dict[str, list[dict[str, Any]]]:
    told = json.loads(_doctor("--json").output)
    return {group["name"]: group["findings"] for group in told["groups"]}


def test_each_group_is_a_line_and_no_secret_is_in_any() -> None:
    """The worst mark in front, what was found and how to mend it below; code 2."""
    result = _doctor()
    assert result.exit_code == 2
    heads = [line for line in result.output.splitlines() if line.startswith("[")]
    assert [line[5:] for line in heads] == GROUPS
    assert "[X]  Campfire" in heads
    assert "-> Check the port in CAMPFIRE_URL" in result.output
    assert "hush" not in result.output
    assert KEY.partition("-")[2] not in result.output


def test_a_program_reads_the_same() -> None:
    """With the exit code in it."""
    result = _doctor("--json")
    told = json.loads(result.output)
    assert told["exit"] == result.exit_code == 2
    assert [group["name"] for group in told["groups"]] == GROUPS
    assert "hush" not in result.output


@pytest.mark.parametrize(
    ("name", "value", "group", "words"),
    [
        ("CAMPFIRE_URL", "chat.example", "Campfire", "CAMPFIRE_URL"),
        ("CAMPFIRE_URL", "", "Campfire", "CAMPFIRE_URL: not set"),
        ("ANTHROPIC_API_KEY", "", "Model", "ANTHROPIC_API_KEY: not set"),
        ("REDIS_URL", "6379", "Redis", "REDIS_URL"),
        ("REDIS_PREFIX", "{x}", "Redis", "REDIS_PREFIX"),
        ("BOT_KEY_OPS", "hunter2", "Bot keys", "a Campfire bot key looks like"),
        ("BOT_KEY_OPS", "", "Bot keys", "no bot has a key"),
        ("BOT_KEY_OTHER", KEY, "Bot keys", "no bot file in bots has this id"),
        ("PORT", "web", "Webhook", "PORT"),
        ("DEFAULT_BOT", "other", "Webhook", "DEFAULT_BOT"),
        ("ADMIN_TOKEN", "short", "Safety", "ADMIN_TOKEN"),
        ("MAX_TURNS", "many", "Machine", "MAX_TURNS"),
        ("BOTS_DIR", "nowhere", "Tools", "no *.yaml file in nowhere"),
    ],
)
def test_a_setting_that_is_wrong_is_told_where_it_belongs(
    name: str, value: str, group: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both processes would refuse to start; the other groups are looked at all the same."""
    monkeypatch.setenv(name, value)
    found = _found()
    told = [it for it in found[group] if words in it["found"]]
    assert [it["mark"] for it in told] == ["broken"], found
    assert told[0]["mend"]
    assert found["Storage"]


def test_who_begins_is_sent_to_init(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or to `make run`; a list of settings is for who has some."""
    monkeypatch.setenv("CAMPFIRE_URL", "")
    (told,) = [it for it in _found()["Campfire"] if it["mark"] == "broken"]
    assert "operate init" in told["mend"]
    assert "make run" in told["mend"]


def test_a_wrong_tool_name_is_told_with_file_and_line(settings: Path) -> None:
    """The predecessor's; a second bot whose file is right is looked at."""
    (settings / "bots" / "it.yaml").write_text(
        "id: it\nname: It\nsystem_prompt: x\ntools: [Bassh]\n"
    )
    wrong, *others = _found()["Tools"]
    assert wrong["found"].startswith("bots/it.yaml:4:")
    assert "'Bassh' is no tool" in wrong["found"]
    assert wrong["mark"] == "broken"
    assert [it["found"] for it in others] == ["ops: none of its own"]


def test_what_hangs_on_something_else_is_not_told_as_broken() -> None:
    """Whether a key is right is not known while Campfire does not answer."""
    found = _found()
    assert [it["mark"] for it in found["Bot keys"]] == ["unknown"]
    assert [it["mark"] for it in found["Redis"]] == ["broken"]


def test_without_a_redis_url_the_launcher_s_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is there while it runs."""
    monkeypatch.setenv("REDIS_URL", "")
    (redis,) = _found()["Redis"]
    assert redis["mark"] == "warning"
    assert "operate.launch" in redis["mend"]


def test_it_changes_nothing(settings: Path) -> None:
    """No folder, no token, no file."""
    _doctor()
    assert sorted(path.name for path in settings.rglob("*")) == ["bots", "ops.yaml"]


@pytest.mark.parametrize(
    ("mark", "code", "last"),
    [
        (Mark.OK, 0, "Nothing to mend."),
        (Mark.UNKNOWN, 0, "Nothing to mend."),
        (Mark.WARNING, 1, "To mend: 0 [X], which keep a bot from answering, and 1 [!]."),
        (Mark.BROKEN, 2, "To mend: 1 [X], which keep a bot from answering, and 0 [!]."),
    ],
)
def test_the_exit_code_is_the_worst_mark_s(mark: Mark, code: int, last: str) -> None:
    """0, 1 for warnings, 2 for what keeps it from answering."""
    groups = [Group("A", (ok("a"),)), Group("B", (Finding(mark, "b", "c"),))]
    assert exit_code(groups) == code
    assert list(lines(groups))[-1] == last
