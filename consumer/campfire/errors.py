"""What Campfire's bot API may answer that is not a yes.

CampfireError
├── CampfireUnavailable     not stored; may pass: connection refused, 429, 503 and the like
├── CampfireUnclear         may be stored: the connection broke after the request; 500, 502, 504
├── NoIndex                 this Campfire (v1.4.9) cannot list messages
└── CampfireRefused         will not pass
    ├── BadKey              302 or 401: the bot's key was rotated or the bot deactivated
    ├── NotInRoom           404: the room is gone or the bot was taken out of it
    └── BadPost             any other 4xx: our bug
"""

from shared.errors import CampfireError


class CampfireUnavailable(CampfireError):
    """Campfire did not take the post; it may a little later."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class CampfireUnclear(CampfireError):
    """The connection to Campfire broke after the post was sent: it may be in the room."""


class NoIndex(CampfireError):
    """This Campfire cannot list a room's messages."""


class CampfireRefused(CampfireError):
    """Campfire refuses the post, and would again."""


class BadKey(CampfireRefused):
    """Campfire does not know the bot's key: set the new one from the bot's page."""


class NotInRoom(CampfireRefused):
    """The room is gone, or the bot is no longer a member of it."""


class BadPost(CampfireRefused):
    """Campfire rejects the post itself."""
