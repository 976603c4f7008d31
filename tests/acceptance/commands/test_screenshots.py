"""`make screenshots`: the pictures in README are of the page as it is."""

import asyncio
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.screenshots.__main__ import ROOT


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_make_screenshots_takes_both(tmp_path: Path) -> None:
    """One at a desk's width, one at a phone's, of a service that it starts and ends."""
    command = (sys.executable, "-m", "tests.screenshots", str(tmp_path / "pictures"))
    taking = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await taking.wait() == 0
    assert {file.name: _width(file) for file in (tmp_path / "pictures").iterdir()} == {
        "operator-now.png": 1280,
        "operator-message-phone.png": 390,
    }


def _width(picture: Path) -> int:
    with Image.open(picture) as shown:
        return shown.width
