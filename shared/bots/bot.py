"""One bot: everything that its file may say, as one model with sections."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from shared.bots.beside import OwnFolder
from shared.bots.fields import (
    BotId,
    ByName,
    Count,
    Hours,
    Name,
    OtherNames,
    OwnBusy,
    OwnEffort,
    OwnModel,
    OwnProgress,
    OwnText,
    Tools,
    Truth,
)
from shared.bots.sections.abilities.campfire_tools import NOTES, REMIND, CampfireTools
from shared.bots.sections.abilities.mcp_server import McpServer
from shared.bots.sections.abilities.posted_files import PostedFiles
from shared.bots.sections.abilities.skills import OwnSkills
from shared.bots.sections.abilities.subagent import Subagent
from shared.bots.sections.abilities.web import Web
from shared.bots.sections.access.approvals import Approvals
from shared.bots.sections.access.known_pairs import KnownPairs
from shared.bots.sections.access.people import People, Rooms
from shared.bots.sections.access.permission import Permissions
from shared.bots.sections.access.who import Roles
from shared.bots.sections.budgets import Budgets
from shared.bots.sections.events import Events
from shared.bots.sections.room_override import OverridesByRoom
from shared.bots.sections.schedule import Schedules
from shared.bots.sections.section import Section
from shared.bots.sections.time_zone import OwnZone
from shared.bots.tool_names import CAMPFIRE, FILES, KNOWLEDGE, WEB, WEB_SEARCH, cut_down
from shared.control_words import OF_NOTES, OF_REQUESTS, OF_TIMES, Names

DEFAULT_MODEL = "claude-sonnet-5"


class Bot(Section):
    """What a bot may do is what its file grants, nothing else.

    Frozen; raises pydantic.ValidationError for what no file may say. `reading` builds it from a
    file, where `system_prompt_file` may stand in for `system_prompt`.
    """

    id: BotId
    name: Name
    model: Name = DEFAULT_MODEL
    fallback_model: OwnModel = None
    """Answers where the other one does not: overloaded, unknown, failing."""
    effort: OwnEffort = None
    """How much it thinks; None: as the CLI has it for the model."""
    max_output_tokens: Count = None
    """Of one message of the model; None: as the CLI has it for the model."""
    system_prompt: Name
    tools: Tools = ()
    """Built-in tools of the Claude CLI that exist for this bot, of those in shared/cli_tools.py."""
    campfire: CampfireTools = ()
    """What it may do in its room beside answering."""
    mcp_servers: Annotated[dict[str, McpServer], ByName] = Field(default_factory=dict)
    """Tools of others, by a name of the operator's."""
    knowledge: OwnFolder = None
    """A folder of documents that it looks things up in."""
    web: Web | None = None
    files: PostedFiles | None = None
    events: Events | None = None
    skills: OwnSkills = None
    agents: Annotated[dict[str, Subagent], ByName] = Field(default_factory=dict)
    """By the name that the bot's model calls them by."""
    i_know: KnownPairs = ()
    """Pairs like `Bash + web`, which are refused unless the operator names them here."""
    people: People = People()
    roles: Roles = Field(default_factory=dict)
    """Names for lists of people."""
    rooms: Rooms = Rooms()
    permissions: Permissions = None
    """Rules over its tools, in order (`shared.bots.rights`); None: whoever may talk may use all."""
    approvals: Approvals = Approvals()
    """Of what its rules have a person asked for."""
    room_overrides: OverridesByRoom = Field(default_factory=dict)
    """By Campfire's room id."""
    budgets: Budgets | None = None
    """What it may use up, and whoever asks it; None: all they like."""
    timezone: OwnZone = None
    """The zone of its times, where nobody's own is known; None: the service's `TZ`."""
    schedules: Schedules = Field(default_factory=dict)
    """What it does by the clock, by a name of the operator's."""
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
    def word_names(self) -> Names:
        """What people may type for the control words, where that is not as built in: what its file
        says, and nothing for those of notes, reminders and requests where it has none."""
        notes = OF_NOTES if NOTES not in self.campfire else frozenset()
        times = OF_TIMES if REMIND not in self.campfire else frozenset()
        requests = frozenset() if self.asks else OF_REQUESTS
        return {**self.control_words, **dict.fromkeys(notes | times | requests, ())}

    @property
    def asks(self) -> bool:
        """Whether a rule of its has a person asked before a tool runs."""
        return any(rule.asks for rule in self.permissions or ())

    @property
    def built_in(self) -> tuple[str, ...]:
        """The CLI's own tools that it has: its `tools`, and the search of `web`."""
        searches = self.web is not None and self.web.search and WEB_SEARCH not in self.tools
        return (*self.tools, *[WEB_SEARCH] * searches)

    @property
    def toolboxes(self) -> tuple[str, ...]:
        """Our own toolboxes of which it has anything."""
        return tuple(self._toolboxes())

    def _toolboxes(self) -> Iterator[str]:
        yield from [CAMPFIRE] * bool(self.campfire)
        yield from [KNOWLEDGE] * (self.knowledge is not None)
        yield from [WEB] * (self.web is not None and bool(self.web.domains))
        yield from [FILES] * (self.files is not None)

    def in_room(self, room_id: int) -> "Bot":
        """The bot as it is there: with the room's override in its keys, and none left to apply.

        It is another bot than elsewhere wherever an agent has to be started with something else.
        """
        own = self.room_overrides.get(room_id)
        if own is None:
            return self.in_other_rooms()
        prompts = filter(None, [self.system_prompt, own.system_prompt_add])
        changed = {
            "model": own.model or self.model,
            "fallback_model": self.fallback_model if own.model != self.fallback_model else None,
            "progress": own.progress or self.progress,
            "timezone": own.timezone or self.timezone,
            "system_prompt": "\n\n".join(prompts),
            **(cut_down(self, own.tools) if own.tools is not None else {}),
        }
        return self.model_copy(update={**changed, "room_overrides": {}})

    def in_other_rooms(self) -> "Bot":
        """The bot as it is wherever no override counts."""
        return self.model_copy(update={"room_overrides": {}}) if self.room_overrides else self

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
