"""A knowledge folder that is kept up to date by real children."""

from pathlib import Path

import pytest

from consumer.documents.bounded import Bounds
from consumer.knowledge.folders import KnowledgeFolders
from tests.unit.knowledge.folder import HANDBOOK, write

BOUNDS = Bounds(file_mb=8, memory_mb=400, cpu_seconds=2, seconds=60, told_mb=6)
"""Small, so that a test need not wait."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "kb", leave__md=HANDBOOK)
    return tmp_path / "kb"


@pytest.fixture
def folders(tmp_path: Path, folder: Path) -> KnowledgeFolders:
    return KnowledgeFolders(tmp_path / "data" / "knowledge", lambda: [folder], bounds=BOUNDS)
