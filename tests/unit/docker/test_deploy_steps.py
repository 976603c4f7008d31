"""The lines that docs/deploy.md has one type: as far as they are ours, each is one that works."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings
from operate.__main__ import app
from shared.secret_names import is_ours

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())
OTHERS = {"PATH", "PWD", "END", "OVERMIND_TIMEOUT", "KAMAL_REGISTRY_PASSWORD", "BASE"}
"""Of the shell, and of those who start us."""


def _lines(page: Path) -> Iterator[str]:
    """Those of its blocks for a shell, without their comments, each whole."""
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield re.sub(r"\s+#.*", "", line)


def _operate() -> list[str]:
    lines = {line for page in PAGES for line in _lines(page) if "-m operate " in line}
    typed = {re.sub(r'[")].*', "", line.partition("-m operate ")[2]).strip() for line in lines}
    return sorted(typed)


@pytest.mark.parametrize("line", _operate())
def test_each_command_of_ours_is_one_with_these_options(line: str) -> None:
    """As a shell splits it; a word in angle brackets is the reader's own."""
    command, words = typer.main.get_command(app), shlex.split(re.sub(r"<[^>]*>", "X", line))
    while commands := getattr(command, "commands", None):
        command = commands[words.pop(0)]
    taken = {name for it in command.params for name in it.opts}
    assert {word for word in words if word.startswith("--")} <= taken


def test_compose_is_told_of_files_and_services_that_there_are() -> None:
    """Whatever it is to run, copy or start."""
    lines = [it for it in _lines(ROOT / "docs" / "deploy.md") if it.startswith("docker compose")]
    assert len(lines) > 4
    for line in lines:
        assert "-f docker/compose.yml" in line
        found = re.search(r"\b(?:exec|cp|run(?: --?\S+| \"\S+\")*) ([a-z]+)", line)
        assert found is None or found[1] in COMPOSE["services"], line


def test_every_variable_that_is_set_is_a_setting() -> None:
    """By its own name, or by a file."""
    fields = {
        name.upper() for it in (ConsumerSettings, IngressSettings) for name in it.model_fields
    }
    text = "\n".join(_lines(ROOT / "docs" / "deploy.md"))
    named = set(re.findall(r"(?<![\w$-])([A-Z][A-Z_]{2,})=", text))
    assert len(named) > 8
    unknown = {it for it in named - OTHERS if it.removesuffix("_FILE") not in fields}
    assert {it for it in unknown if not is_ours(it.removesuffix("_FILE"))} == set()
