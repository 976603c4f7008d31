"""The guard's script over real processes: it ends what carries the mark, and says nothing."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from consumer.claude.guard import SCRIPT

NOBODY = 65534


def test_what_another_user_may_not_read_is_no_news() -> None:
    """Every machine has processes of others: the guard passes them by without a word."""
    with TemporaryDirectory() as folder:  # pytest's own lets no other user in
        run_dir = Path(folder) / "run"
        run_dir.mkdir()
        for path in (Path(folder), run_dir):
            path.chmod(0o777)
        # A copy: the clone may lie in a folder of root's.
        script = Path(shutil.copy(SCRIPT, folder))
        script.chmod(0o644)
        user = NOBODY if os.geteuid() == 0 else None
        done = _ended_guard(run_dir, user=user, script=script)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_marked_process_is_ended_without_a_word(tmp_path: Path) -> None:
    """It is found among all processes by the mark it inherited; its neighbour stays."""
    marked = _sleeper(tmp_path, {"CAMPFIRE_AGENT_PID_FILE": str(tmp_path / "a.pid")})
    other = _sleeper(tmp_path, {"CAMPFIRE_AGENT_PID_FILE": str(tmp_path / "a.pid.other")})
    try:
        done = _ended_guard(tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert marked.wait(5) == -9
        assert other.poll() is None
        assert not tmp_path.exists()
    finally:
        for process in (marked, other):
            process.kill()
            process.wait()


def _ended_guard(
    run_dir: Path, user: int | None = None, script: Path = SCRIPT
) -> subprocess.CompletedProcess[bytes]:
    (run_dir / "a.pid").touch()
    command = ["/bin/sh", str(script), str(run_dir)]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, user=user
    )


def _sleeper(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["/bin/sleep", "60"], env=environment, cwd=folder)
