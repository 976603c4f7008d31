"""The error tree. The docstring of an error is the sentence an operator or a room reads.

BotError
├── ConfigurationError      a setting or a bot file is wrong: the process does not start (exit 2)
├── DeliveryRefused         the ingress turns a webhook delivery away with an empty 4xx
│   ├── Unauthenticated     401
│   ├── UnknownBot          404
│   ├── Malformed           400
│   ├── DeliveryTooLarge    413
│   └── UnknownKind         415
├── TooManyWatchers         ingress.live: one more reader of the live stream than fit
├── CampfireError           consumer.campfire: a post that did not succeed
├── AgentError              consumer.sessions: a turn that did not end in an answer
├── UnknownCommand          consumer.service.commands: what was sent is no command of ours
└── QueueError              consumer.queue, shared.acceptance: Redis refused what we asked of it
"""


class BotError(Exception):
    """Something in campfire-ai-bot went wrong."""


def is_bug(error: BaseException) -> bool:
    """Whether nobody foresaw it: its traceback belongs in the log, that of others says nothing."""
    return not isinstance(error, BotError)


class ConfigurationError(BotError):
    """The configuration has problems; each is listed with the variable or file that causes it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DeliveryRefused(BotError):
    """This webhook delivery is not accepted."""

    status = 400


class Malformed(DeliveryRefused):
    """The delivery is not a Campfire webhook."""

    status = 400


class Unauthenticated(DeliveryRefused):
    """The delivery shows no right to speak to this bot."""

    status = 401


class UnknownBot(DeliveryRefused):
    """No bot of that name is configured."""

    status = 404


class DeliveryTooLarge(DeliveryRefused):
    """The delivery is larger than 1 MiB, or an event than 64 KiB."""

    status = 413


class UnknownKind(DeliveryRefused):
    """An event is of a kind that is not read."""

    status = 415


class TooManyWatchers(BotError):
    """So many watch live streams already that another one is turned away."""


class CampfireError(BotError):
    """Campfire did not take the post."""


class AgentError(BotError):
    """The turn ended without an answer."""


class UnknownCommand(BotError):
    """This version knows no such command."""


class QueueError(BotError):
    """The queue did not take the request."""
