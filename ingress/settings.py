"""The ingress's settings: where it listens and whom it lets in."""

from ipaddress import ip_address
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from shared.settings import SharedSettings


class IngressSettings(SharedSettings):
    """Everything the web process reads from its environment."""

    host: str = "127.0.0.1"
    port: int = Field(5002, ge=0, le=65535)
    """0 lets the system choose; the log says which."""
    ingress_auth: Literal["on", "off"] = "on"
    lane_max_waiting: int = Field(20, ge=1)
    """How many messages may wait in a lane; the one over it is told so in the room."""
    webhook_token: SecretStr | None = Field(None, min_length=8)
    admin_token: SecretStr | None = Field(None, min_length=8)

    @model_validator(mode="after")
    def _open_only_on_loopback(self) -> "IngressSettings":
        if self.ingress_auth == "off" and not is_loopback(self.host):
            raise ValueError(
                f"INGRESS_AUTH: off is refused while HOST is {self.host}: "
                "anybody who reaches it could speak as anybody; listen on 127.0.0.1"
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
