"""`make image`, as far as it goes without buildah; what it builds it tries by itself."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_without_buildah_it_says_what_to_install(tmp_path: Path) -> None:
    """In one sentence, before anything is made."""
    for program in ("bash", "dirname", "id"):
        found = shutil.which(program)
        assert found is not None
        (tmp_path / program).symlink_to(found)
    root = tmp_path / "id"
    root.unlink()
    root.write_text("#!/bin/sh\necho 0\n")
    root.chmod(0o700)
    done = subprocess.run(
        [tmp_path / "bash", ROOT / "docker" / "build"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "image: there is no buildah: apt-get install buildah\n"


def test_whoever_is_not_root_is_told_so(tmp_path: Path) -> None:
    """buildah's chroot isolation needs it."""
    nobody = tmp_path / "id"
    nobody.write_text("#!/bin/sh\necho 1000\n")
    nobody.chmod(0o700)
    done = subprocess.run(
        [ROOT / "docker" / "build"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "image: it has to be root\n")
