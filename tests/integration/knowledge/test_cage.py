"""The child sees its folder and our code, and nothing else of this machine."""

import json
import os
from pathlib import Path

import pytest

from consumer.cage.our_paths import ROOT
from consumer.documents import caged
from tests.integration.knowledge import looking


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("the secret plan")
    return tmp_path / "secret.txt"


async def test_it_sees_its_folders_alone(
    tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other file, no process, no network, no secret in its environment; writes to its index
    alone, by a converter that was taken over too."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    monkeypatch.setenv("BOT_KEY_ASSISTANT", "7-secret")
    kb, index = tmp_path / "kb", tmp_path / "index"
    kb.mkdir()
    index.mkdir()
    (kb / "a.md").write_text("known")
    (kb / "link.md").symlink_to(secret)
    paths = [kb, index, secret, kb / "link.md", Path.home(), Path("/etc/passwd"), Path("/work")]
    child = await caged.start(
        caged.Errand(
            module=looking.__name__,
            arguments=[*map(str, paths)],
            reads=[kb, ROOT / "tests"],
            writes=[index],
        )
    )
    told, _ = await child.process.communicate()
    found = json.loads(told)
    assert found["env"].keys() <= {"PATH", "LANG", "LC_CTYPE", "PWD", "CAMPFIRE_ERRAND"}
    assert found["seen"][str(kb)] == ["a.md", "link.md"]
    for path in (secret, kb / "link.md", Path("/etc/passwd")):
        assert found["seen"][str(path)] == "FileNotFoundError", path
    assert {path for path, could in found["written"].items() if could} == {str(index)}
    assert found["processes"] <= 2
    assert found["interfaces"] == ["lo"]


async def test_where_no_cage_can_be_made_the_environment_is_poor_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without bubblewrap: the same limits, and no secret to be found."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    child = await caged.start(
        caged.Errand(module="consumer.knowledge.indexing", arguments=["/nowhere", "/x", "{}"]),
        caged=False,
    )
    environment = Path(f"/proc/{child.process.pid}/environ").read_bytes()
    await child.process.communicate()
    assert b"secret" not in environment
    assert child.process.returncode
    monkeypatch.setenv("PATH", "/nowhere")
    assert not await caged.can_be_caged()
    assert os.environ["ANTHROPIC_API_KEY"]
