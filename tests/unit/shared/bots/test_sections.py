"""Sections of a bot file: a class each, and what is wrong in them is found by itself."""

from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from shared.bots.fields import Count, Many, Name
from shared.bots.sections.section import Section
from shared.bots.sentences import complaints
from shared.bots.yaml_file import read_yaml
from shared.errors import ConfigurationError


class _Server(Section):
    url: Name
    patience: Count = None


class _Override(Section):
    model: Name


class _File(Section):
    id: Name
    servers: dict[str, _Server] = Field(default_factory=dict)
    rules: Many[_Override] = ()
    rooms: dict[int, _Override] = Field(default_factory=dict)


GOOD = """\
id: helper
servers:
  time:
    url: http://127.0.0.1
    patience: 3
rooms:
  3: {model: x}
"""


def _said(folder: Path, text: str) -> list[str]:
    file = folder / "a.yaml"
    file.write_text(text)
    found = read_yaml(file)
    with pytest.raises(ValidationError) as error:
        _File.model_validate(found.values)
    return [said.removeprefix(f"{folder}/") for said in complaints(found, error.value, _File)]


def test_a_section_is_read_with_what_stands_below_it(tmp_path: Path) -> None:
    """By name, by number, whatever the nesting."""
    (tmp_path / "a.yaml").write_text(GOOD)
    bot = _File.model_validate(read_yaml(tmp_path / "a.yaml").values)
    assert bot.servers["time"] == _Server(url="http://127.0.0.1", patience=3)
    assert bot.rooms[3].model == "x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GOOD.replace("patience: 3", "patience: long"),
            "a.yaml:5: servers.time.patience must be a whole number above 0",
        ),
        (
            GOOD.replace("patience", "patients"),
            "a.yaml:5: unknown key 'servers.time.patients' (known: url, patience)",
        ),
        (GOOD.replace("    url: http://127.0.0.1\n", ""), "a.yaml:3: servers.time.url is missing"),
        (GOOD.replace("model: x", "model: ''"), "a.yaml:7: rooms.model must be a text that is"),
        (GOOD + "rules:\n- model: x\n- model: 7\n", "a.yaml:10: rules.model must be a text"),
        (GOOD + "rules:\n- model: x\n- 7\n", "a.yaml:10: rules: must be lines of `key: value`"),
        (GOOD + "rules: x\n", "a.yaml:8: rules must be a list"),
        (GOOD + "colour: red\n", "a.yaml:8: unknown key 'colour' (known: id, servers, rules"),
    ],
)
def test_what_is_wrong_in_a_section_is_said_with_its_line(
    tmp_path: Path, text: str, sentence: str
) -> None:
    """The section's class says what is wrong; the file and the line come by themselves."""
    (said,) = _said(tmp_path, text)
    assert said.startswith(sentence), said


def test_problems_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    """Of all sections together: who mends a file goes through it once."""
    text = GOOD.replace("helper", "''").replace("model: x", "model: ''").replace("3\n", "x\n")
    said = _said(tmp_path, text)
    assert [line.split(":")[1] for line in said] == ["1", "5", "7"]


@pytest.mark.parametrize("inner", ["x: 1\n  x: 2", "[{x: 1, x: 2}]", "{y: {x: 1, x: 2}}"])
def test_a_key_twice_is_refused_at_any_depth(tmp_path: Path, inner: str) -> None:
    """YAML would take the last one: a right that nobody sees when reading the file."""
    file = tmp_path / "a.yaml"
    file.write_text(f"id: helper\nsection:\n  {inner}\n")
    with pytest.raises(ConfigurationError, match=r"a\.yaml:[34]: x stands there twice"):
        read_yaml(file)


def test_a_file_of_aliases_costs_no_more_than_its_lines(tmp_path: Path) -> None:
    """Aliases of aliases stand for more values than any memory holds: each is looked at once."""
    lines = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)
    ]
    said = _said(tmp_path, "\n".join(lines) + "\nid: helper\n")
    assert len(said) == 40
