"""Whose agents are counted where a consumer may be killed."""

import os
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

from tests.acceptance.sessions.agent_processes import AgentProcesses
from tests.unit.operate.launch.waiting import until

CONSUMER = "sh -c 'kill -STOP $$; :' agent --session-id {session} & echo $!; wait"


def test_what_a_killed_consumer_left_is_nobodys_agent(tmp_path: Path) -> None:
    """It ends by itself within seconds; its successor opens the conversation meanwhile."""
    session = str(uuid4())
    command = ["sh", "-c", CONSUMER.format(session=session)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as consumer:
        assert consumer.stdout is not None
        agent = int(consumer.stdout.readline())
        try:
            with AgentProcesses(tmp_path) as living:
                until(lambda: living.most == {session: 1}, "its agent is counted")
            consumer.kill()
            consumer.wait()
            with AgentProcesses(tmp_path) as left:
                until(lambda: left.looks > 2, "somebody has looked")
            assert left.most == {}
        finally:
            os.kill(agent, signal.SIGKILL)
