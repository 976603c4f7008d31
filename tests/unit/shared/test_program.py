"""The program's name and version."""

import tomllib

from shared.program import PROGRAM
from tests.house.idioms import ROOT


def test_the_version_is_pyproject_s() -> None:
    """It stands twice, and no release changes one of the two alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"{project['name']}/{project['version']}" == PROGRAM
