"""Who may speak to which bot: the key in `room.path`, or the token in the URL."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingress.settings import IngressSettings, is_loopback
from shared.bots import Bot, Roster
from shared.errors import ConfigurationError, Unauthenticated, UnknownBot


@dataclass(frozen=True, slots=True)
class Access:
    """The bots that take part, their keys, and the token that opens all of them."""

    roster: Roster
    keys: Mapping[str, str] = field(repr=False)
    """Of a new bot too, as soon as its file is taken in."""
    token: str | None = field(default=None, repr=False)
    open: bool = False
    default_bot: str | None = None

    @classmethod
    def from_settings(cls, settings: IngressSettings, roster: Roster) -> "Access":
        """Access to the bots that have a key, who alone take part; raises ConfigurationError."""
        keys = settings.campfire_keys(roster)
        if settings.default_bot and settings.default_bot not in keys:
            variable = roster[settings.default_bot].key_variable
            raise ConfigurationError([f"DEFAULT_BOT: {settings.default_bot} needs {variable}"])
        token = settings.webhook_token.get_secret_value() if settings.webhook_token else None
        return cls(
            roster,
            keys,
            token,
            settings.ingress_auth == "off",
            settings.default_bot,
        )

    def admit(self, named: str | None, key: str | None, token: str | None) -> Bot:
        """The bot that this delivery may speak to.

        `named` is the bot id in the URL, `key` what stands in `room.path`, `token` the query's.
        Raises UnknownBot or Unauthenticated.
        """
        right = self.open or self._opens(token)
        owner = self._owner(key)
        bot_id = named or owner or self.default_bot
        if bot_id and self.roster.takes_part(bot_id) and (right or owner == bot_id):
            return self.roster[bot_id]
        if bot_id is not None and not self.roster.takes_part(bot_id):
            # Never the id itself: whoever mixes up URL and key would have the key in our log.
            known = ", ".join(bot.id for bot in self.roster.taking_part)
            raise UnknownBot(f"no such bot; those with a key: {known}")
        if right:
            raise UnknownBot("no bot is named, and DEFAULT_BOT is not set")
        raise Unauthenticated("neither the bot's key nor the token")

    def _opens(self, token: str | None) -> bool:
        return bool(self.token and token) and _same(self.token or "", token or "")

    def _owner(self, key: str | None) -> str | None:
        """The bot whose key this is; every key is compared, so time tells nothing."""
        owner = None
        for bot_id, known in self.keys.items():
            if _same(known, key or ""):
                owner = bot_id
        return owner


@dataclass(frozen=True, slots=True)
class OperatorAccess:
    """Who may read the state and change it: whoever shows the admin token.

    Nobody for being near: what a proxy on this machine, or a page in a browser on it, passes on
    comes from this machine too, and nothing in a request tells them apart.
    """

    token: str = field(repr=False)
    stats_open: bool = False
    """`INGRESS_AUTH=off`: the state may be read without a token, by its name on this machine."""

    @classmethod
    def from_settings(cls, settings: IngressSettings, token: str) -> "OperatorAccess":
        """The rule that these settings ask for."""
        return cls(token, settings.ingress_auth == "off")

    def admits(self, token: str | None) -> bool:
        """Whether a caller with this token (None: without one) is an operator."""
        return bool(token) and _same(self.token, token or "")

    def shows_stats_to(self, host: str) -> bool:
        """Whether the state may be read without a token by who calls us by this name.

        The name of a page's server means that its DNS was rebound to us.
        """
        return self.stats_open and is_loopback(host)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
