"""Local time, and the zone it is in, by a name that means one zone: CST is four."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from tzlocal import get_localzone

_NAMELESS = ("local", "localtime")
"""What a zone is called that was read from a file without a name."""
_UTC = ("UTC", "Etc/UTC")
"""Names that say no more than the offset; the second is what Debian calls a machine's zone."""


def local_zone(name: str | None) -> tzinfo:
    """The zone of `TZ`, checked before; without it the machine's own."""
    return ZoneInfo(name) if name else get_localzone()


def zone_name(zone: tzinfo | None) -> str:
    """The zone by a name that any process of ours finds it by; UTC for one without such a name."""
    key = getattr(zone, "key", None)
    return key if isinstance(key, str) and key in available_timezones() else "UTC"


def clock(at: datetime, now: datetime) -> str:
    """`14:05`, and the date before it unless it is today's; told with `zone_in_words`."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


def zone_in_words(now: datetime) -> str:
    """`Asia/Shanghai, UTC+08:00`, `UTC`, or the offset alone where the zone has no name."""
    key = getattr(now.tzinfo, "key", None)
    minutes = round((now.utcoffset() or now.resolution * 0).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "UTC"
    return offset if key in (None, *_UTC, *_NAMELESS) else f"{key}, {offset}"
