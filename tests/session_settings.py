"""Settings of the session manager for tests: the service's defaults, but for what a test sets."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from consumer.agent import SessionSettings
from consumer.cage.bounds import CageBounds
from consumer.sessions import session_settings as from_settings
from consumer.settings import ConsumerSettings

NO_SECRETS: dict[str, Any] = {"api_key": "", "secret_files": (), "hidden": (), "variables": {}}


def session_settings(data_dir: Path, **changes: Any) -> SessionSettings:
    """As the environment's defaults make them; nothing is hidden but what the test names."""
    defaults = ConsumerSettings.model_construct(data_dir=data_dir, anthropic_api_key=SecretStr(""))
    return replace(from_settings(defaults, {}), **{**NO_SECRETS, **changes})


def cage_bounds(**changes: Any) -> CageBounds:
    """The bounds of a service whose operator set none, but for these changes."""
    return replace(session_settings(Path()).cage, **changes)
