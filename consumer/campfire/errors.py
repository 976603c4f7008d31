"""What Campfire's bot API may answer that is not a yes.

CampfireError
├── CampfireUnavailable     not done; may pass: connection refused, 429, 503, an unreadable answer
├── CampfireUnclear         the connection broke after the request: it may be stored
│   └── CampfireFailed      500: it may be stored, and may fail again for ever
├── NotOffered              this Campfire's release has no such call
│   └── NoIndex             v1.4.9 cannot list messages
└── CampfireRefused         will not pass
    ├── BadKey              302 to the sign-in page or 401: key rotated or bot deactivated
    ├── Redirected          any other 3xx: CAMPFIRE_URL is not Campfire's own address
    ├── NotInRoom           404: the room is gone or the bot was taken out of it
    ├── Gone                404 in a room we are in: the message or the boost is not there
    ├── NotYours            403: somebody else's message
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


class CampfireFailed(CampfireUnclear):
    """Campfire itself failed over the post: it may be in the room, or fail each time."""


class NotOffered(CampfireError):
    """This Campfire's release does not offer that call to bots."""


class NoIndex(NotOffered):
    """This Campfire cannot list a room's messages."""


class CampfireRefused(CampfireError):
    """Campfire refuses the post, and would again."""


class BadKey(CampfireRefused):
    """Campfire does not know the bot's key: set the new one from the bot's page."""


class Redirected(CampfireRefused):
    """Something redirects to another address: set CAMPFIRE_URL to Campfire's own."""


class NotInRoom(CampfireRefused):
    """The room is gone, or the bot is no longer a member of it."""


class Gone(CampfireRefused):
    """The message or the boost is not in this room, or not any more."""


class NotYours(CampfireRefused):
    """The message is somebody else's: a bot may change its own alone."""


class BadPost(CampfireRefused):
    """Campfire rejects the post itself."""
