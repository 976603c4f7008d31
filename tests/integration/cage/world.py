"""A service's folders, each file with a secret of ours in it, and a worker that runs among them."""

import asyncio
import json
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.zygote import Zygote

ROOT = Path(__file__).parents[3]
NOBODY = 65534


@dataclass(frozen=True)
class World:
    """Below `top`: the worker's home, in it the project, beside it a key."""

    top: Path
    environment: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """What starts the worker's program; it finds its own way into the project."""
    zygote: Zygote | None = None
    """What it is forked from; without one it is executed."""

    @property
    def project(self) -> Path:
        """Where the worker runs."""
        return self.top / "home" / "service"

    @property
    def lane(self) -> Path:
        """The working directory of the bot's room."""
        return self.project / "data" / "workspaces" / "1_ops"

    @property
    def secrets(self) -> list[Path]:
        """Every file of ours that no command may read."""
        files = (
            ".env",
            "app.log",
            "logs/old.log",
            "bots/ops.yaml",
            "data/admin-token",
            "data/keys/ops",
        )
        at_home = (".ssh/id", ".netrc") if "HOME" not in self.environment else ()
        return [
            *(self.project / name for name in files),
            *(self.top / "home" / name for name in at_home),
            self.top / "keys" / "anthropic",
        ]

    def build(self) -> "World":
        """Write it all."""
        for number, file in enumerate(self.secrets):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"SECRET-{number}")
        return self

    async def run(
        self, *turns: str, checked: bool = True, unwatched: bool = False
    ) -> tuple[list[str], list[str]]:
        """The problems that a worker's check finds, and its bot's answers to these words.

        `unwatched`: its watch looks once, and then sleeps; few processes are let be.
        """
        asked = {
            "data": "data",
            "bots": "bots",
            "secrets": [".env", str(self.top / "keys" / "anthropic"), "data/admin-token"],
            "turns": turns,
            "checked": checked,
            "unwatched": unwatched,
        }
        output = await self._printed("tests.integration.cage.scene", json.dumps(asked))
        lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
        assert lines, output[-2000:]
        result = json.loads(lines[0].removeprefix("RESULT "))
        return result["problems"], result["answers"]

    async def _printed(self, module: str, words: str) -> str:
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.top / "home"),
            **self.environment,
        }
        if self.zygote is not None:
            return (await self.zygote.run(module, words, env=environment, folder=self.project))[1]
        process = await asyncio.create_subprocess_exec(
            *(*self.before, sys.executable, "-m", module, words),
            cwd=None if self.before else self.project,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        return (await process.communicate())[0].decode()


def as_nobody(world: World) -> World:
    """The same folders, their worker a user who owns nothing else.

    Code and interpreter may lie where that user cannot go, as in root's home: in a mount namespace
    of its own they are put where it can. So each file of the project has two names, as well.
    """
    needed = {"code": ROOT, "python": Path(sys.base_prefix), "world": world.top}
    closed = {path.parts[1] for path in (ROOT, Path(sys.base_prefix)) if not _is_open(path)}
    back = {name: path for name, path in needed.items() if path.parts[1] in closed}
    steps = [
        "mount --make-rprivate /",
        f"chown -R {NOBODY}:{NOBODY} {shlex.quote(str(world.top))}",
        "mount -t tmpfs none /mnt",
        *(_bind(path, Path("/mnt", name)) for name, path in needed.items()),
        *(f"mount -t tmpfs -o mode=1777 none /{shlex.quote(name)}" for name in closed),
        *(_bind(Path("/mnt", name), path) for name, path in back.items()),
        "cd /mnt/world/home/service",
        f'exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups "$@"',
    ]
    before = ("unshare", "--mount", "sh", "-ec", "\n".join(steps), "sh")
    return World(Path("/mnt/world"), {**world.environment, "PYTHONDONTWRITEBYTECODE": "1"}, before)


def _is_open(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def _bind(source: Path, target: Path) -> str:
    there, here = shlex.quote(str(source)), shlex.quote(str(target))
    return f"mkdir -p {here}; mount --bind {there} {here}"
