"""A wrong configuration: every problem in a sentence that names it, at once, and exit code 2."""

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.environment import ROOT, minimal_environment, procfile
from tests.acceptance.process import ServiceProcess
from tests.zygote import Zygote

GOOD = {
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CAMPFIRE_URL": "http://127.0.0.1:1",
    "ANTHROPIC_API_KEY": "sk-ant-test",
    "BOT_KEY_ASSISTANT": "3-52d8d3ea9c87",
    "BOTS_DIR": str(ROOT / "bots"),
}


async def complaints(
    name: str, folder: Path, settings: Mapping[str, str], zygote: Zygote | None = None
) -> list[str]:
    """What the process says before it ends with 2; executed anew without a zygote, imports and
    all: each of the two is so once."""
    process = ServiceProcess(
        name,
        procfile()[name],
        environment={**minimal_environment(folder), "DATA_DIR": str(folder / "data"), **settings},
        folder=folder,
        zygote=zygote,
    )
    await process.start()
    try:
        assert await process.ended(within_s=30) == 2
    finally:
        await process.close()
    return process.log.lines


async def test_the_web_process_names_all_of_its_problems_together(tmp_path: Path) -> None:
    """No REDIS_URL, a bad PORT, an open door on 0.0.0.0, a key without a bot, a wrong bot file."""
    bots = tmp_path / "bots"
    bots.mkdir()
    good = (ROOT / "bots" / "assistant.yaml").read_text(encoding="utf-8")
    (bots / "assistant.yaml").write_text(good)
    (bots / "other.yaml").write_text("id: other\nname: Other\nsystem_prompt: x\ncolour: blue\n")
    said = await complaints(
        "web",
        tmp_path,
        {
            "PORT": "fifty",
            "INGRESS_AUTH": "off",
            "HOST": "0.0.0.0",
            "BOT_KEY_ASSISTANT": "3-52d8d3ea9c87",
            "BOT_KEY_NOBODY": "4-52d8d3ea9c88",
            "BOTS_DIR": str(bots),
        },
    )
    for beginning in (
        "REDIS_URL: not set",
        "PORT: ",
        "INGRESS_AUTH: off is refused while HOST is 0.0.0.0",
        "BOT_KEY_NOBODY: no bot file",
        f"{bots / 'other.yaml'}:4: unknown key 'colour'",
    ):
        assert sum(line.startswith(beginning) for line in said) == 1, (beginning, said)
    assert len(said) == 5, said


async def test_the_worker_names_all_of_its_problems_together(
    tmp_path: Path, zygote: Zygote
) -> None:
    """No REDIS_URL, no CAMPFIRE_URL, no API key, a wrong number, a bot key in the wrong form."""
    said = await complaints(
        "worker",
        tmp_path,
        {
            "TURN_TIMEOUT_SECONDS": "-1",
            "BOT_KEY_ASSISTANT": "secret-but-wrong",
            "BOTS_DIR": GOOD["BOTS_DIR"],
        },
        zygote,
    )
    for beginning in (
        "REDIS_URL: not set",
        "CAMPFIRE_URL: not set",
        "ANTHROPIC_API_KEY: not set",
        "TURN_TIMEOUT_SECONDS: ",
        "BOT_KEY_ASSISTANT: a Campfire bot key looks like",
    ):
        assert sum(line.startswith(beginning) for line in said) == 1, (beginning, said)
    assert len(said) == 5, said
    assert not any("secret-but-wrong" in line for line in said)


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_a_configuration_without_any_bot_key_is_refused(
    tmp_path: Path, zygote: Zygote, name: str
) -> None:
    """A service that could answer nobody says which variables it looked for."""
    settings = {key: value for key, value in GOOD.items() if not key.startswith("BOT_KEY")}
    [said] = await complaints(name, tmp_path, settings, zygote)
    assert said.startswith("no bot has a key: set at least one of BOT_KEY_ASSISTANT")


async def test_a_port_in_use_is_one_sentence(tmp_path: Path, zygote: Zygote) -> None:
    """It names the setting, the port and the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await complaints("web", tmp_path, {**GOOD, "PORT": str(port)}, zygote)
    assert said == [f"PORT: {port} on 127.0.0.1 is in use by another program"]


async def test_a_place_for_temporary_files_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    """The last line of the worker names the setting and the folder; no traceback precedes it."""
    lines = await complaints("worker", tmp_path, {**GOOD, "TMPDIR": "/nonexistent"})
    *_, said = lines
    assert not [line for line in lines if "Traceback" in line]
    assert said.startswith("TMPDIR: /nonexistent/cab-")
    assert "No such file or directory" in said
