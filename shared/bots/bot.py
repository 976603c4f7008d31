"""One bot: everything that its file may say, as one model with sections."""

from pydantic import Field

from shared.bots.fields import (
    BotId,
    Count,
    Hours,
    Name,
    OtherNames,
    OwnBusy,
    OwnProgress,
    OwnText,
    Tools,
    Truth,
)
from shared.bots.section import Section

DEFAULT_MODEL = "claude-sonnet-5"


class Bot(Section):
    """What a bot may do is what its file grants, nothing else.

    Frozen; raises pydantic.ValidationError for what no file may say. `reading` builds it from a
    file, where `system_prompt_file` may stand in for `system_prompt`.
    """

    id: BotId
    name: Name
    model: Name = DEFAULT_MODEL
    system_prompt: Name
    tools: Tools = ()
    """Built-in tools of the Claude CLI that exist for this bot, of those in shared/cli_tools.py."""
    max_turns: Count = None
    """Model calls in one turn; None: the service's `MAX_TURNS`."""
    answers_bots: Truth = False
    """Whether other bots may speak to it, as `BOT_HOP_LIMIT` and `BOT_RATE_PER_HOUR` allow."""
    busy: OwnBusy = None
    """What becomes of several messages in a row; None: the service's `BUSY`."""
    progress: OwnProgress = None
    """Signs of life in the room; None: the service's `PROGRESS`."""
    session_ttl_hours: Hours = None
    """Hours an unused conversation is kept; None: the service's `SESSION_TTL_HOURS`."""
    help: OwnText = None
    """What it says of itself when somebody types `help`."""
    control_words: OtherNames = Field(default_factory=dict)
    """Other names for some of the control words; one without a name is forbidden."""

    def __hash__(self) -> int:
        """Equal bots have one id; what else they are need not be hashable."""
        return hash(self.id)

    @property
    def key_variable(self) -> str:
        """The environment variable that holds this bot's Campfire key."""
        return key_variable(self.id)


def key_variable(bot_id: str) -> str:
    """The environment variable of a bot's Campfire key."""
    return "BOT_KEY_" + bot_id.upper().replace("-", "_")


def campfire_user_id(key: str) -> int:
    """The bot's user id in Campfire: its key begins with it (docs/campfire.md, "Keys").

    Raises ValueError for what is no key.
    """
    return int(key.partition("-")[0])
