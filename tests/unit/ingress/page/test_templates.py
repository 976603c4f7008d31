"""The page's templates: each can be read, and says nothing that the catalogue does not know."""

import re
from pathlib import Path

import pytest

from ingress.operator.page import rendering
from ingress.operator.page.actions.actions import ACTIONS
from ingress.operator.page.rendering import Templates
from ingress.operator.page.views.view import PAGES
from shared.catalogue import catalogue

FOLDER = Path(rendering.__file__).parent / "templates"
NAMES = sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.html"))
EN = catalogue("en")
TEMPLATES = Templates(EN)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_whole(name: str) -> None:
    """It compiles, holds no script and no style of its own (the page's policy forbids both), and
    every sentence that it names is there."""
    TEMPLATES.environment.get_template(name)
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"<script(?! src=)|<style|\son[a-z]+=|\sstyle=", text)
    for sentence in re.findall(r"""\bt\("([\w.-]+)"(?!\s*~)[,)]""", text):
        assert EN.knows(f"page.{sentence}"), sentence


def test_every_button_and_page_has_its_words() -> None:
    """What it is called, what is said when it was pressed, and asked where it destroys."""
    for page in PAGES:
        assert EN.knows(f"page.pages.{page}"), page
    for name, action in ACTIONS.items():
        assert EN.knows(f"page.do.{name}"), name
        assert EN.knows(f"page.done.{name}"), name
        assert EN.knows(f"page.sure.{name}") is action.asked_twice, name
