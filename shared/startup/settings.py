"""Settings from what the process was told: one frozen object, all problems at once."""

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import (
    Field,
    HttpUrl,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from shared.bots import Bot, Roster, load_bots
from shared.bots.watching import BotFiles, Check, nothing_else
from shared.catalogue import Catalogue, catalogue
from shared.errors import ConfigurationError
from shared.secret_names import BOT_KEY_PREFIX, EVENT_SECRET_PREFIX
from shared.startup.bot_problems import bot_problems
from shared.startup.campfire_keys import CampfireKeys, key_folder
from shared.startup.environment import read_environment
from shared.startup.setting_complaints import name_of, sentence
from shared.startup.setting_types import BotKeys, OurLanguage, RedisUrl, ZoneName


class EnvironmentSource(EnvSettingsSource):
    """Gives all that `read_environment` finds, bot keys and files too, which no field names."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        self._environment = read_environment()
        return {name.lower(): value for name, value in self._environment.values.items()}

    def __call__(self) -> dict[str, Any]:
        """The values by field; their names in the bot files decide which bot keys there are."""
        found = self._environment
        keys = {name: key for name, key in found.values.items() if name.startswith(BOT_KEY_PREFIX)}
        return {
            **super().__call__(),
            "bot_keys": keys,
            "event_secrets": {
                name: value
                for name, value in found.values.items()
                if name.startswith(EVENT_SECRET_PREFIX)
            },
            "bot_variables": found.values,
            "secret_files": found.secret_files,
            "unread": found.problems,
        }


class SharedSettings(BaseSettings):
    """What ingress and consumer both read."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    redis_url: RedisUrl
    redis_prefix: str = Field("campfire", pattern=r"^[A-Za-z0-9._-]+$")
    redis_wait_replicas: int = Field(0, ge=0, le=10)
    """How many replicas have to hold a message before it counts as taken."""
    bots_dir: Path = Path("bots")
    data_dir: Path = Path("data")
    admin_token: SecretStr | None = Field(None, min_length=8)
    """None: see shared.startup.admin_token."""
    metrics_token: SecretStr | None = Field(None, min_length=8)
    """What a Prometheus shows at /metrics; None: the admin token."""
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """Where spans are sent, by OTLP over HTTP; None: nothing is traced."""
    otel_exporter_otlp_headers: SecretStr | None = None
    """`name=value` pairs, as OpenTelemetry's own variable has them: most hold a token."""
    default_bot: str | None = None
    bot_hop_limit: int = Field(4, ge=0)
    """How often bots may answer bots in a room until a person speaks to one."""
    bot_rate_per_hour: int = Field(20, ge=0)
    """How many messages of one other bot a bot takes in an hour."""
    audit_entries: int = Field(50_000, ge=1000)
    """How many entries of the audit are kept."""
    language: OurLanguage = "en"
    """What the service itself speaks; an agent answers in the language it is asked in."""
    tz: ZoneName | None = None
    """The zone that people's times are told in; None: the machine's own."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    bot_keys: BotKeys = {}
    secret_files: tuple[Path, ...] = ()
    """Every file that secrets were read from: `.env`, and those that `…_FILE` variables name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then what the process was told."""
        del file_secret_settings, env_settings, dotenv_settings
        return init_settings, EnvironmentSource(settings_cls)

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem_at_once(
        cls, given: dict[str, Any], validate: ModelWrapValidatorHandler[Self]
    ) -> Self:
        unread: Mapping[str, str] = given.get("unread", {})
        try:
            settings = validate(given)
        except ValidationError as error:
            # What a file should have said is not "not set" besides.
            problems = [sentence(it) for it in error.errors() if name_of(it) not in unread]
            problems = [*unread.values(), *problems, *cls.problems_between(given)]
            raise ConfigurationError(problems) from error
        if problems := [*unread.values(), *cls.problems_between(given)]:
            raise ConfigurationError(problems)
        return settings

    @classmethod
    def problems_between(cls, given: Mapping[str, Any]) -> list[str]:
        """What is wrong between settings, and in the bot files. `given` is not validated yet."""
        folder = Path(given.get("bots_dir", cls.model_fields["bots_dir"].default))
        data_dir = Path(given.get("data_dir", cls.model_fields["data_dir"].default))
        variables = cls.variables_in(given)
        keys = given.get("bot_keys", {})
        return bot_problems(folder, keys, given.get("default_bot"), data_dir, variables)

    @classmethod
    def variables_in(cls, given: Mapping[str, Any]) -> Collection[str] | None:
        """The variables that bot files may name here; None: whoever runs no agents needs none."""
        del given
        return None

    @property
    def known_variables(self) -> Collection[str] | None:
        """As `variables_in`, for bot files that change."""
        return self.variables_in(dict(self))

    def bots(self) -> dict[str, Bot]:
        """The bots of `BOTS_DIR`; raises ConfigurationError when a file changed for the worse."""
        return load_bots(self.bots_dir, self.known_variables)

    def campfire_keys(self, bots: Mapping[str, Bot]) -> Mapping[str, str]:
        """The Campfire keys of the bots that take part, by bot id; learns those of later bots.

        Raises ConfigurationError.
        """
        for bot in bots.values():
            self.key_of(bot)
        return self._keys

    def bot_files(self, roster: Roster, check: Check = nothing_else) -> BotFiles:
        """What keeps the roster, and the keys, as the files are."""
        return BotFiles(
            self.bots_dir,
            roster,
            check=check,
            variables=self.known_variables,
            keys=self._keys,
            key_folder=key_folder(self.data_dir),
        )

    def roster(self, bots: Mapping[str, Bot] | None = None) -> Roster:
        """These bots (None: those of `BOTS_DIR`) with their keys; raises ConfigurationError."""
        known = self.bots() if bots is None else bots
        return Roster(known, self.campfire_keys(known))

    @property
    def sentences(self) -> Catalogue:
        """The service's own sentences."""
        return catalogue(self.language)

    def key_of(self, bot: Bot) -> str | None:
        """The bot's Campfire key, None when it has none and so takes no part.

        Raises ConfigurationError for a file with something else in it.
        """
        return self._keys.read(bot)

    @cached_property
    def _keys(self) -> CampfireKeys:
        variables = {name: key.get_secret_value() for name, key in self.bot_keys.items()}
        return CampfireKeys(variables, self.data_dir)


Settings = TypeVar("Settings", bound=SharedSettings)


def load_settings(kind: type[Settings], **overrides: Any) -> Settings:
    """Read one process's settings; raises ConfigurationError with every problem together."""
    return kind(**overrides)
