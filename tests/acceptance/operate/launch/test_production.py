"""`python -m operate.launch`: the service beside somebody's Campfire, and its end by a deploy."""

import json
import signal
from pathlib import Path
from uuid import uuid4

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.environment import ROOT, SECRETS, free_port, stack_environment
from tests.acceptance.model_requests import model_requests
from tests.acceptance.operate.launch.conftest import Start
from tests.acceptance.operate.launch.test_launch import all_gone, descendants
from tests.acceptance.process import ServiceProcess
from tests.acceptance.stack import SUPPORT, user_id
from tests.conftest import eventually
from tests.sandbox_client import SandboxClient
from tests.unit.operate.launch.waiting import until
from tests.zygote import Zygote

PROCFILE = (ROOT / "Procfile").read_text()
PROGRAM = ("-m", "operate.launch")


async def test_a_deploy_lets_the_turn_in_progress_end(
    start: Start, valkey: EmbeddedValkey, tmp_path: Path, zygote: Zygote
) -> None:
    """SIGTERM: the answer under way is posted, web and worker end, nothing is killed, code 0.

    No stand-in is started; the lines are JSON, and name no key.
    """
    (tmp_path / "theirs").mkdir()
    environment = stack_environment(
        tmp_path,
        redis_url=valkey.url,
        prefix=f"p{uuid4().hex}",
        web_port=free_port(),
        sandbox_port=free_port(),
    )
    url = environment["CAMPFIRE_URL"]
    theirs = ServiceProcess(
        *("sandbox", "python -m sandbox"),
        environment=environment,
        folder=tmp_path / "theirs",
        zygote=zygote,
    )
    await theirs.start()
    try:
        await theirs.log.event("sandbox_ready")
        launch = await start(PROCFILE, program=PROGRAM, **environment)
        await launch.line("Ready after")
        pids = descendants(launch.process.pid)
        async with SandboxClient(url) as campfire:
            asked = await campfire.post(SUPPORT, "slow 4; echo done", mentions=["assistant"])

            async def is_asked() -> bool:
                return any("slow 4" in request.said[-1] for request in await model_requests(url))

            await eventually(is_asked)
            pids += descendants(launch.process.pid)
            assert await launch.end(signal.SIGTERM) == 0, launch.output
            answers = [
                message["body"]["plain_text"]
                for message in await campfire.messages(SUPPORT, after=asked["id"])
                if message["creator"]["id"] == user_id("assistant")
            ]
        assert "done" in answers
    finally:
        await theirs.close()
    until(lambda: all_gone(pids), "every process has ended")
    lines = [json.loads(line) for line in launch.lines]
    assert {"consumer_drained"} <= {line["event"] for line in lines}
    assert {line["process"] for line in lines} == {"launch", "web", "worker"}
    assert not [secret for secret in SECRETS if secret in launch.output]
