"""The README: its commands and settings are those that exist."""

import re
from pathlib import Path

import pytest

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings

README = Path("README.md").read_text(encoding="utf-8")
MAKEFILE = Path("Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.M))))
def test_every_make_target_exists(target: str) -> None:
    """`make x` in the README is a target of the Makefile."""
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m ([a-z_.]+)", README))))
def test_every_module_exists(module: str) -> None:
    """`python -m x` in the README is a module here."""
    path = Path(module.replace(".", "/"))
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"-f (\S+\.yml)", README))))
def test_every_file_exists(path: str) -> None:
    """Files named in commands are there."""
    assert Path(path).is_file()


def test_every_setting_is_described() -> None:
    """The table names each setting of both processes, and none that does not exist."""
    fields = {*ConsumerSettings.model_fields, *IngressSettings.model_fields} - {
        "bot_keys",
        "secret_files",
    }
    table = README.partition("## Settings")[2].partition("## Operate")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == {field.upper() for field in fields}
