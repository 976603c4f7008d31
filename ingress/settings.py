"""The ingress's settings: where it listens and whom it lets in."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from ingress.live.links import Links
from ingress.operator.page.page_parts import PageParts
from shared.bots import bot_ids
from shared.startup.admin_token import SHORTEST
from shared.startup.event_secrets import EventSecrets
from shared.startup.settings import SharedSettings


def _addresses(value: str) -> str:
    for one in listed(value):
        try:
            ip_network(one)
        except ValueError:
            raise ValueError(f"{one} is no address or network, like 10.0.0.0/8") from None
    return value


def listed(value: str) -> tuple[str, ...]:
    """What stands between commas, in lower case."""
    return tuple(one.strip().lower() for one in value.split(",") if one.strip())


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
    view_token: SecretStr | None = Field(None, min_length=SHORTEST)
    """Opens the operator's page to look; None: nobody but the operator does."""
    operator_hosts: str = ""
    """The names by which the operator's page may be called, with commas; addresses always may."""
    trusted_proxies: Annotated[str, AfterValidator(_addresses)] = ""
    """Addresses or networks of proxies, with commas, whose X-Forwarded-… headers count."""

    def links(self, admin_token: str) -> Links:
        """The signed links of these settings."""
        secret = self.link_secret
        return Links.of(secret.get_secret_value() if secret else admin_token)

    def secrets_of_events(self) -> EventSecrets:
        """The event secrets of all bots."""
        told = {name: it.get_secret_value() for name, it in self.event_secrets.items()}
        return EventSecrets(told, self.data_dir)

    def page(self, admin_token: str) -> PageParts:
        """The parts of the operator's page."""
        view = self.view_token.get_secret_value() if self.view_token else None
        return PageParts.of(self.sentences, admin_token, view, listed(self.operator_hosts))

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
        if isinstance(token, str) and 8 <= len(token) < SHORTEST:
            # Whoever was given a link to look, or is logged in to look, could try tokens at home.
            problems.append(
                "ADMIN_TOKEN: it signs the log-ins of the operator's page and, without "
                f"LINK_SECRET, links, so it needs {SHORTEST} characters or more"
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
