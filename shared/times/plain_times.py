"""Times that come again, in plain words, as the cron expression that they mean. Pure.

`every weekday at 9:00`, `every monday and thursday at 17:30`, `every month on the 1st at 9:00`,
`every hour`; `每个工作日 9:00`, `每周一、周四 17:30`, `每月1日 9:00`, `每小时`.
"""

import re

EXAMPLES = '"every weekday at 9:00", "every monday at 17:30", or cron as "0 9 * * 1-5"'
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZH_DAYS = "一二三四五六日"
_DAY_GROUPS = {"day": "*", "weekday": "1-5", "weekend": "6,0"}
_ZH_DAY_GROUPS = {"天": "*", "日": "*", "个工作日": "1-5", "工作日": "1-5", "个周末": "6,0"}
_AT = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
_EN = re.compile(rf"every (?P<days>[a-z, ]+?)(?: on the (?P<nth>[0-9]{{1,2}})[a-z]{{2}})? at {_AT}")
_ZH = re.compile(rf"每(?:月(?P<nth>[0-9]{{1,2}})[日号]|(?P<days>[^0-9 ]+)) ?{_AT}")
_HOURLY = ("every hour", "每小时", "每个小时")


def as_cron(text: str) -> str | None:
    """The five fields; None for what is none of these sentences."""
    plain = " ".join(text.replace("：", ":").casefold().split())
    if plain in _HOURLY:
        return "0 * * * *"
    if (said := _EN.fullmatch(plain)) is not None:
        return _fields(said, _english(said["days"], is_nth=said["nth"] is not None))
    if (said := _ZH.fullmatch(plain)) is not None:
        return _fields(said, "*" if said["nth"] else _chinese(said["days"]))
    return None


def _fields(said: re.Match[str], days: str | None) -> str | None:
    if days is None:
        return None
    return f"{int(said['minute'])} {int(said['hour'])} {int(said['nth'] or 0) or '*'} * {days}"


def _english(days: str, *, is_nth: bool) -> str | None:
    if is_nth or days == "month":
        return "*" if is_nth and days == "month" else None
    if (group := _DAY_GROUPS.get(days)) is not None:
        return group
    return _numbers([it.removesuffix("s") for it in re.split(r",? and |, ?", days)], _DAYS)


def _chinese(days: str) -> str | None:
    if (group := _ZH_DAY_GROUPS.get(days)) is not None:
        return group
    names = [
        re.sub("^(周|星期|礼拜)", "", it).replace("天", "日") for it in re.split("[、,，和]", days)
    ]
    return _numbers(names, tuple(_ZH_DAYS))


def _numbers(names: list[str], days: tuple[str, ...]) -> str | None:
    """Cron's, where Sunday is 0."""
    if not all(name in days for name in names):
        return None
    return ",".join(str((days.index(name) + 1) % 7) for name in names)
