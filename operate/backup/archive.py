"""The file of a backup: a tar of `redis.jsonl` and `data/…`, for its owner alone."""

import json
import os
import stat
import tarfile
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile

from operate.backup.marks import TAKEN_OVER
from operate.backup.redis_keys import Dumped

KEYS, DATA = "redis.jsonl", "data"
OF_A_PROCESS = frozenset({"run", "valkey"})
"""Folders of DATA_DIR that running processes make for themselves; Valkey's keys come by Redis."""
IN_MEMORY = 16 * 1024 * 1024


class NoBackup(Exception):
    """The file is none of ours, or holds what no backup does."""


def write(file: Path, rows: Iterable[Dumped], data_dir: Path) -> int:
    """Write it, whole or not at all, and give the number of files in it.

    Symbolic links and sockets are left out. Raises OSError; FileExistsError where `file` is there.
    """
    if file.exists():
        raise FileExistsError(file)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened, tarfile.open(fileobj=opened, mode="w") as tar:
            _add(tar, KEYS, b"".join(map(_line, rows)))
            count = sum(_add_file(tar, data_dir, path) for path in _files(data_dir))
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    return count


def read_keys(file: Path) -> list[Dumped]:
    """The keys in it; raises NoBackup, OSError."""
    try:
        with tarfile.open(file) as tar:
            member = tar.extractfile(KEYS)
            if member is None:
                raise NoBackup(f"{file}: {KEYS} is no file")
            return [_row(line) for line in member]
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise NoBackup(f"{file}: this is no backup of ours") from error


def read_data(file: Path, data_dir: Path) -> int:
    """Put the files below an empty DATA_DIR, and give how many; raises NoBackup, OSError."""
    count = 0
    with tarfile.open(file) as tar:
        for member in tar:
            if member.name == KEYS:
                continue
            content, path = tar.extractfile(member), _inside(data_dir, member)
            if content is None or path is None:
                raise NoBackup(f"{file}: {member.name!r} is no file of a backup")
            if path == data_dir / TAKEN_OVER and path.exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o700)
            with os.fdopen(descriptor, "wb") as opened:
                while part := content.read(IN_MEMORY):
                    opened.write(part)
            os.utime(path, (member.mtime, member.mtime))
            count += 1
    return count


def is_empty(data_dir: Path) -> bool:
    """Whether nothing is in DATA_DIR but what processes make for themselves, and a container's
    first start."""
    return not any(path != data_dir / TAKEN_OVER for path in _files(data_dir))


def _files(data_dir: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(data_dir):
        if Path(folder) == data_dir:
            names[:] = [name for name in names if name not in OF_A_PROCESS]
        for name in sorted(files):
            if not name.endswith(".lock"):
                yield Path(folder, name)


def _add_file(tar: tarfile.TarFile, data_dir: Path, path: Path) -> bool:
    """It may grow while it is read, or be gone: what is there now counts."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False  # a link, a socket, or gone meanwhile
    with os.fdopen(descriptor, "rb") as opened, SpooledTemporaryFile(IN_MEMORY) as copy:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return False
        while part := opened.read(IN_MEMORY):
            copy.write(part)
        info = tarfile.TarInfo(f"{DATA}/{path.relative_to(data_dir).as_posix()}")
        info.size, info.mode, info.mtime = copy.tell(), found.st_mode & 0o777, int(found.st_mtime)
        copy.seek(0)
        tar.addfile(info, copy)
    return True


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), 0o600, int(time.time())
    tar.addfile(info, BytesIO(content))


def _inside(data_dir: Path, member: tarfile.TarInfo) -> Path | None:
    parts = PurePosixPath(member.name).parts
    if not member.isreg() or parts[:1] != (DATA,) or len(parts) < 2 or ".." in parts:
        return None
    return data_dir.joinpath(*parts[1:])


def _line(row: Dumped) -> bytes:
    words = [b64encode(row.name).decode(), row.ends_ms, b64encode(row.payload).decode()]
    return json.dumps(words).encode() + b"\n"


def _row(line: bytes) -> Dumped:
    name, ends_ms, payload = json.loads(line)
    return Dumped(b64decode(name), int(ends_ms), b64decode(payload))
