"""The consumer's settings: the model, Campfire, and the bounds of turns and sessions."""

from pydantic import Field, HttpUrl, SecretStr

from shared.settings import SharedSettings


class ConsumerSettings(SharedSettings):
    """Everything the worker process reads from its environment."""

    campfire_url: HttpUrl
    anthropic_api_key: SecretStr
    anthropic_base_url: HttpUrl | None = None
    session_ttl_hours: float = Field(24, gt=0)
    turn_timeout_seconds: float = Field(300, gt=0)
    max_turns: int = Field(30, gt=0)
    """Model calls in one turn, where the bot's file does not say."""
    max_turns_at_once: int = Field(10, gt=0)
    message_max_age_minutes: float = Field(15, gt=0)
    """A message older than this when its turn comes is not answered, only told of."""
    shutdown_grace_seconds: float = Field(20, ge=0)
    """How long running turns may go on after SIGTERM before they are handed back."""
    lease_seconds: float = Field(10, gt=0.2)
    """A consumer that has not been heard of for so long has lost the queue."""
    stuck_after_seconds: float = Field(30, gt=0)
    """An event loop that has not turned for so long ends the process."""
