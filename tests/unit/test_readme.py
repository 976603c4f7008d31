"""README and CONTRIBUTING: their commands, settings and words are those that exist."""

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings
from shared.between_processes import live_events
from shared.catalogue import catalogue
from shared.control_words import CONTROL_WORDS, names_of

README = Path("README.md").read_text(encoding="utf-8")
DOCUMENTS = README + Path("CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = Path("Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:^|`)make ([a-z]+)", DOCUMENTS, re.M)))
)
def test_every_make_target_exists(target: str) -> None:
    """`make x` in the README is a target of the Makefile."""
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m ([a-z_.]+)", DOCUMENTS))))
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
        "bot_variables",
        "event_secrets",
        "secret_files",
    }
    table = README.partition("## Settings")[2].partition("## Operate")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == {field.upper() for field in fields}


def test_every_kind_of_live_event_is_named() -> None:
    """Whoever watches a lane finds each kind in the README, and no other there."""
    kinds = {
        kind.model_fields["kind"].default
        for kind in vars(live_events).values()
        if isinstance(kind, type) and issubclass(kind, live_events.LiveEvent)
    } - {PydanticUndefined}
    section = README.partition("## Watch a lane")[2].partition("\n## ")[0]
    listed = section.partition("\n`queued`, ")[2].partition(
        "`shared/between_processes/live_events.py`"
    )[0]
    assert kinds <= set(re.findall(r"`([a-z_]+)`", section))
    assert set(re.findall(r"`([a-z_]+)`", listed)) < kinds


def test_every_control_word_is_described() -> None:
    """The table has each word in both languages, and no other, as people may type it."""
    table = README.partition("## Say to a bot")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    listed = [tuple(tuple(re.findall(r"`([^`]+)`", cell)) for cell in row) for row in rows]
    languages = catalogue("en"), catalogue("zh")
    assert listed == [
        tuple(names_of(word, {}, sentences) for sentences in languages) for word in CONTROL_WORDS
    ]
