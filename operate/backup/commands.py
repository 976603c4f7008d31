"""`python -m operate backup FILE` and `restore FILE`."""

from pathlib import Path
from typing import Annotated

import typer
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from operate.backup import archive, redis_keys
from operate.backup.deployment import Deployment
from operate.backup.owner import give_to_its_owner
from operate.shell.ending import end
from shared.keys import Keys

File = Annotated[Path, typer.Argument(help="A tar; it holds chat text and keys.")]
RedisOnly = Annotated[bool, typer.Option("--redis-only", help="Leave DATA_DIR as it is.")]


def backup(file: File) -> None:
    """Write what this deployment has to keep into one file; the service may run meanwhile."""
    deployment = Deployment.told().running()
    if file.resolve().is_relative_to(deployment.data_dir.resolve()):
        end(f"{file} would lie in DATA_DIR, and be part of itself; choose another folder")
    rows = deployment.in_redis(redis_keys.dumped)
    try:
        files = archive.write(file, rows, deployment.data_dir)
    except FileExistsError:
        end(f"{file} is there already; nothing was written")
    except OSError as error:
        end(f"{file} could not be written: {error.strerror}")
    typer.echo(
        f"{len(rows)} keys of Redis and {files} files of {deployment.data_dir} are in {file}"
    )


def restore(file: File, redis_only: RedisOnly = False) -> None:
    """Put a backup into an empty DATA_DIR and an empty Redis; the service must be stopped."""
    deployment = Deployment.told()
    if not redis_only and not archive.is_empty(deployment.data_dir):
        end(f"DATA_DIR: {deployment.data_dir} is not empty; move it away first")
    try:
        rows = archive.read_keys(file)
        keys = deployment.in_redis(lambda redis, keys: _restored(redis, keys, rows))
        files = 0 if redis_only else archive.read_data(file, deployment.data_dir)
        give_to_its_owner(deployment.data_dir)
    except archive.NoBackup as error:
        end(str(error))
    except ResponseError as error:
        end(f"Redis does not take these keys, is it older than the one they are of? ({error})")
    except OSError as error:
        end(f"{error.filename or file}: {error.strerror}")
    typer.echo(f"{keys} keys of Redis and {files} files are back; start the service")


async def _restored(redis: Redis, keys: Keys, rows: list[redis_keys.Dumped]) -> int:
    if any(keys.tag.encode() not in row.name for row in rows):
        end(f"REDIS_PREFIX: these keys are not of {keys.prefix}")
    if not await redis_keys.is_empty(redis, keys):
        end(f"REDIS_PREFIX: keys of {keys.prefix} are in this Redis already")
    return await redis_keys.restore(redis, rows)
