"""Bot files: what is wrong is said with file and line, all of it at once."""

from pathlib import Path
from unittest.mock import Mock

import pytest
import yaml

from shared.bots import bot_ids, load_bots
from shared.errors import ConfigurationError

GOOD = "id: helper\nname: Helper\nsystem_prompt: You help.\n"


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def _problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        load_bots(folder)
    return [problem.replace(f"{folder}/", "") for problem in error.value.problems]


def test_the_shipped_examples_are_good() -> None:
    """assistant, technical_assistant and financial_analyst load, and none is granted a tool."""
    bots = load_bots(Path("bots"))
    assert {"assistant", "technical_assistant", "financial_analyst"} <= bots.keys()
    assert all(bot.tools == () for bot in bots.values())


def test_a_prompt_may_stand_in_a_file(tmp_path: Path) -> None:
    """system_prompt_file is read beside the bot file."""
    (tmp_path / "prompt.md").write_text("Long prompt.", encoding="utf-8")
    _write(tmp_path, helper="id: helper\nname: Helper\nsystem_prompt_file: prompt.md\n")
    assert load_bots(tmp_path)["helper"].system_prompt == "Long prompt."


def test_a_bot_is_what_its_file_says(tmp_path: Path) -> None:
    """Every key of a bot file reaches the bot."""
    _write(
        tmp_path,
        a=GOOD + "model: claude-x\ntools: [Read, Bash]\nmax_turns: 7\nsession_ttl_hours: 0.5\n",
    )
    bot = load_bots(tmp_path)["helper"]
    assert (bot.name, bot.model, bot.tools, bot.max_turns, bot.session_ttl_hours) == (
        "Helper", "claude-x", ("Read", "Bash"), 7, 0.5,
    )  # fmt: skip


def test_control_words_are_renamed_and_forbidden_in_the_file(tmp_path: Path) -> None:
    """A name, several, or `false`; what stands beside them is the bot's own help."""
    words = "control_words:\n  stop: halt\n  stop all: [halt all, 住手]\n  new: false\n"
    bot = load_bots(_write(tmp_path, a=GOOD + words + "help: I help.\n"))["helper"]
    assert bot.control_words == {"stop": ("halt",), "stop all": ("halt all", "住手"), "new": ()}
    assert bot.help == "I help."
    assert hash(bot)


def test_a_bot_may_collect(tmp_path: Path) -> None:
    """`busy` goes before the service's own; unsaid it is the service's."""
    assert load_bots(_write(tmp_path, a=GOOD))["helper"].busy is None
    assert load_bots(_write(tmp_path, a=GOOD + "busy: collect\n"))["helper"].busy == "collect"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "busy: wait\n", "a.yaml:4: busy must be one of queue, collect"),
        (GOOD + "control_words: stop\n", "a.yaml:4: control_words must be lines of"),
        (GOOD + "control_words: {stop: true}\n", "a.yaml:4: control_words must be lines of"),
        (GOOD + "control_words: {stop: []}\n", "a.yaml:4: control_words must be lines of"),
        (GOOD + "control_words: {stop: '!'}\n", "a.yaml:4: control_words must be lines of"),
        (GOOD + "control_words: {halt: stop}\n", "a.yaml:4: control_words has no halt (known:"),
        (GOOD + "control_words: {new: Help!}\n", "a.yaml:4: control_words 'help' would mean both"),
        (GOOD + "help: 7\n", "a.yaml:4: help must be a text"),
        (GOOD + "colour: red\n", "a.yaml:4: unknown key 'colour'"),
        (GOOD + "max_turns: 0\n", "a.yaml:4: max_turns must be a whole number above 0"),
        (GOOD + "max_turns: yes\n", "a.yaml:4: max_turns must be a whole number above 0"),
        (GOOD + "session_ttl_hours: 0\n", "a.yaml:4: session_ttl_hours must be a number"),
        (GOOD + "session_ttl_hours: long\n", "a.yaml:4: session_ttl_hours must be a number"),
        (GOOD + "help: 2001-99-99\n", "a.yaml:4: month must be in 1..12"),
        (GOOD + f"max_turns: {'9' * 5000}\n", "a.yaml:4: Exceeds the limit"),
        (GOOD + "help: !!python/name:os.system x\n", "a.yaml:4: could not determine"),
        (GOOD + "answers_bots: !!bool x\n", "a.yaml:4: "),
        (GOOD + "help: !!timestamp x\n", "a.yaml:4: "),
        (GOOD + "help: &a [*a]\n", "a.yaml:4: found unconstructable recursive node"),
        # Deeper than Hypothesis, which raises Python's limit while it runs, ever allows.
        pytest.param(
            GOOD + f"help: {'[' * 30_000}\n",
            "a.yaml:1: maximum recursion depth",
            marks=pytest.mark.long,
        ),
        (GOOD + "tools: []\nhelp: x\ntools: [Bash]\n", "a.yaml:6: tools stands there twice"),
        (GOOD.replace("helper", "Not An Id"), "a.yaml:1: id must be"),
        (GOOD.replace("Helper", "''"), "a.yaml:2: name must be"),
        ("name: Helper\nsystem_prompt: x\n", "a.yaml:1: id is missing"),
        ("id: helper\nname: Helper\n", "a.yaml:1: give system_prompt or"),
        (GOOD + "system_prompt_file: x.md\n", "a.yaml:1: give system_prompt or"),
        ("id: helper\nname: H\nsystem_prompt_file: gone.md\n", "a.yaml:3: system_prompt_file"),
        ("id: [\n", "a.yaml:2: "),
        ("- a list\n", "a.yaml:1: a bot file is"),
        ("", "a.yaml:1: a bot file is"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake is named with its line."""
    found = _problems(_write(tmp_path, a=text))
    assert any(line.startswith(problem) for line in found), found


def test_a_slip_in_a_key_is_told_with_what_was_meant(tmp_path: Path) -> None:
    """Behind a list of all keys; a key that is like none is like none."""
    [slip, other] = _problems(_write(tmp_path, a=GOOD + "modle: x\ncolour: x\n"))
    assert slip.endswith("): did you mean 'model'?")
    assert other.endswith(")")


def test_a_prompt_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A prompt file in another encoding is a problem with its line, not a traceback."""
    (tmp_path / "prompt.md").write_bytes("Grüße".encode("latin-1"))
    _write(tmp_path, a="id: helper\nname: Helper\nsystem_prompt_file: prompt.md\n")
    (problem,) = _problems(tmp_path)
    assert problem.startswith("a.yaml:3: system_prompt_file prompt.md cannot be read")


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    """Two wrong files with two mistakes each are four sentences."""
    wrong = GOOD + "colour: red\nmax_turns: 0\n"
    assert len(_problems(_write(tmp_path, a=wrong, b=wrong))) == 4


def test_ids_must_differ(tmp_path: Path) -> None:
    """The same id twice, or two ids that would share one key variable, are refused."""
    folder = _write(tmp_path, a=GOOD, b=GOOD)
    assert "is used by another file" in _problems(folder)[0]
    _write(tmp_path, a=GOOD.replace("helper", "a-b"), b=GOOD.replace("helper", "a_b"))
    assert "BOT_KEY_A_B" in _problems(folder)[0]


def test_no_bot_at_all_is_a_mistake(tmp_path: Path) -> None:
    """An empty or missing folder is said to be one."""
    assert "no *.yaml file" in _problems(tmp_path)[0]
    assert "no *.yaml file" in _problems(tmp_path / "missing")[0]


@pytest.mark.parametrize("key", ["help", "busy", "max_turns", "tools", "control_words", "model"])
def test_a_key_without_a_value_is_refused(tmp_path: Path, key: str) -> None:
    """`help:` alone is a line that somebody forgot to finish, not the service's own."""
    (problem,) = _problems(_write(tmp_path, a=GOOD + f"{key}:\n"))
    assert problem.startswith(f"a.yaml:4: {key} must be")


def test_a_prompt_file_may_still_be_empty(tmp_path: Path) -> None:
    """It is written later: only a prompt in the bot file itself has to be one."""
    (tmp_path / "prompt.md").write_text("")
    _write(tmp_path, helper="id: helper\nname: Helper\nsystem_prompt_file: prompt.md\n")
    assert load_bots(tmp_path)["helper"].system_prompt == ""
    assert _problems(_write(tmp_path, helper="id: helper\nname: H\nsystem_prompt: ''\n"))


def test_bots_are_equal_by_all_they_say(tmp_path: Path) -> None:
    """A changed file is told from an unchanged one, and the bot can stand in a set."""
    one, same = (load_bots(_write(tmp_path, a=GOOD))["helper"] for _ in range(2))
    other = load_bots(_write(tmp_path, a=GOOD + "control_words: {new: false}\n"))["helper"]
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2


def test_a_file_is_parsed_once_for_each_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start asks for each file about five times; a changed one is parsed anew."""
    compose = Mock(wraps=yaml.compose)
    monkeypatch.setattr(yaml, "compose", compose)
    for text in (GOOD, GOOD, GOOD + "max_turns: 3\n"):
        found = load_bots(_write(tmp_path, a=text))["helper"]
        assert bot_ids(tmp_path) == ["helper"]
    assert found.max_turns == 3
    parsed = [call.args[0] for call in compose.call_args_list]
    assert parsed == [GOOD, GOOD + "max_turns: 3\n"]
