"""What a setting's text has to be, where pydantic has no type for it: each with its complaint."""

import re
from typing import Annotated, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, RedisDsn, SecretStr, TypeAdapter

from shared.catalogue import Language
from shared.redis.address import sentinels_in
from shared.secret_names import BOT_KEY

_LANGUAGES: tuple[Language, ...] = get_args(Language)
_redis_dsn: TypeAdapter[RedisDsn] = TypeAdapter(RedisDsn)


def _redis_url(value: str) -> str:
    if not value.startswith("unix://") and sentinels_in(value) is None:
        _redis_dsn.validate_python(value)
    return value


def _zone(value: str) -> str:
    name = value.removeprefix(":")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("must be the name of a time zone, like Asia/Shanghai") from None
    return name


def _language(value: str) -> str:
    """The machine's own LANGUAGE, gettext's (`de_DE:de:en`), has the same name: the first of its
    languages that is one of ours."""
    if value in _LANGUAGES or not re.search("[:_.]", value):
        return value
    listed = (re.split("[_.@]", one)[0] for one in value.split(":"))
    return next((one for one in listed if one in _LANGUAGES), _LANGUAGES[0])


def _bot_keys(keys: dict[str, str]) -> dict[str, SecretStr]:
    wrong = [name for name, key in keys.items() if not BOT_KEY.fullmatch(key)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: a Campfire bot key looks like 3-a1b2c3d4e5f6")
    return {name: SecretStr(key) for name, key in keys.items()}


RedisUrl = Annotated[str, BeforeValidator(_redis_url)]
"""`redis://`, `rediss://`, `unix://`, or sentinels."""
ZoneName = Annotated[str, AfterValidator(_zone)]
"""Of a time zone that this machine knows."""
OurLanguage = Annotated[Language, BeforeValidator(_language)]
"""One that the service speaks."""
BotKeys = Annotated[dict[str, SecretStr], BeforeValidator(_bot_keys)]
"""By the names of their variables."""
