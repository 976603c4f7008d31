"""The ingress's settings: where it listens and whom it lets in."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr

from ingress.live.links import Links
from shared.bots import bot_ids
from shared.startup.admin_token import SHORTEST
from shared.startup.event_secrets import EventSecrets
from shared.startup.settings import SharedSettings


class IngressSettings(SharedSettings):
    """Everything the web process reads from its environment."""

    host: str = "127.0.0.1"
    port: int = Field(5002, ge=0, le=65535)
    """0 lets the system choose; the log says which."""
    ingress_auth: Literal["on", "off"] = "on"
    lane_max_waiting: int = Field(20, ge=1)
    """How many messages may wait in a lane; the one over it is told so in the room."""
    webhook_token: SecretStr | None = Field(None, min_length=8)
    event_secrets: dict[str, SecretStr] = Field({})
    """By variable: what programs outside show, or sign with."""
    link_secret: SecretStr | None = Field(None, min_length=SHORTEST)
    """What signs links to live streams; without it the admin token does."""

    def links(self, admin_token: str) -> Links:
        """The signed links of these settings."""
        secret = self.link_secret
        return Links.of(secret.get_secret_value() if secret else admin_token)

    def secrets_of_events(self) -> EventSecrets:
        """Those of all bots."""
        told = {name: it.get_secret_value() for name, it in self.event_secrets.items()}
        return EventSecrets(told, self.data_dir)

    @classmethod
    def problems_between(cls, given: Mapping[str, Any]) -> list[str]:
        """Further: without authentication only this machine may reach us."""
        problems = super().problems_between(given)
        host = str(given.get("host", cls.model_fields["host"].default))
        if given.get("ingress_auth") == "off" and not is_loopback(host):
            problems.append(
                f"INGRESS_AUTH: off is refused while HOST is {host}: "
                "anybody who reaches it could speak as anybody; listen on 127.0.0.1"
            )
        token = given.get("admin_token")
        if isinstance(token, str) and 8 <= len(token) < SHORTEST and not given.get("link_secret"):
            problems.append(
                f"ADMIN_TOKEN: it signs links too, so it needs {SHORTEST} characters or more; "
                "or set LINK_SECRET"
            )
        folder = Path(given.get("bots_dir", cls.model_fields["bots_dir"].default))
        data_dir = Path(given.get("data_dir", cls.model_fields["data_dir"].default))
        secrets = EventSecrets(given.get("event_secrets", {}), data_dir)
        return [*problems, *secrets.problems(bot_ids(folder))]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
