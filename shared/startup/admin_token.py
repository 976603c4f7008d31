"""The admin token: `ADMIN_TOKEN`, or one of our own in a file that only its owner may read."""

import fcntl
import os
import secrets
from pathlib import Path

import structlog

from shared.errors import ConfigurationError
from shared.startup.settings import SharedSettings

SHORTEST = 16
"""Characters: a token signs links too, and whoever has a link can try secrets at home."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

log = structlog.get_logger()


def admin_token(settings: SharedSettings) -> str:
    """`ADMIN_TOKEN`, or what stands in the file, which the first process to ask for it writes.

    Raises ConfigurationError.
    """
    if settings.admin_token is not None:
        return settings.admin_token.get_secret_value()
    return kept_token(settings.data_dir)


def kept_token(data_dir: Path) -> str:
    """What stands in the file of this DATA_DIR; raises ConfigurationError."""
    file = admin_token_file(data_dir)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        token = _read_or_write(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError([f"DATA_DIR: cannot use {file}: {reason}"]) from error
    if len(token) < SHORTEST:
        raise ConfigurationError(
            [f"{file}: fewer than {SHORTEST} characters; delete it, and a new one is made"]
        )
    return token


def metrics_token(settings: SharedSettings) -> str:
    """`METRICS_TOKEN`, else the admin token; raises ConfigurationError."""
    own = settings.metrics_token
    return own.get_secret_value() if own is not None else admin_token(settings)


def admin_token_file(data_dir: Path) -> Path:
    """Where the token stands when `ADMIN_TOKEN` is not set: a file with a secret in it."""
    return data_dir.absolute() / "admin-token"


def tell_where(settings: SharedSettings) -> None:
    """Log where the operator finds the token; never the token."""
    if settings.admin_token is None:
        log.info("admin_token_in_file", file=str(admin_token_file(settings.data_dir)))


def _read_or_write(file: Path) -> str:
    """Under a lock, so that two processes agree, and one that died half-way is no obstacle."""
    with os.fdopen(os.open(file, _FLAGS, 0o600), "r+b") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        if os.fstat(opened.fileno()).st_mode & 0o077:
            os.fchmod(opened.fileno(), 0o600)
        if token := opened.read().decode().strip():
            return token
        token = secrets.token_urlsafe(32)
        opened.write(f"{token}\n".encode())
        opened.flush()
        os.fsync(opened.fileno())
        return token
