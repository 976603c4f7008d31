"""Time zones, as people type their names. Facts of the zones: the package tzdata, or the machine's.

`Europe/Berlin`, in whatever case; `Berlin` alone, where one zone is called so.
"""

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

LONGEST = 64
"""Characters of a name that is looked for."""
MOST_HINTS = 3
_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})


def zone_named(typed: str) -> str | None:
    """The zone that somebody means; None: there is none, or more than one."""
    name = _folded(typed)
    if (zone := _by_name().get(name)) is not None:
        return zone
    cities = _by_city().get(name, ())
    return cities[0] if len(cities) == 1 else None


def hints(typed: str) -> list[str]:
    """Zones that may have been meant, the likeliest first."""
    name = _folded(typed)[:LONGEST]
    if len(cities := _by_city().get(name, ())) > 1:
        return list(cities[:MOST_HINTS])
    whole = [_by_name()[near] for near in get_close_matches(name, _by_name(), MOST_HINTS, 0.75)]
    city = get_close_matches(name.rpartition("/")[2], _by_city(), MOST_HINTS, 0.75)
    near = [*whole, *(zone for it in city for zone in _by_city()[it])]
    return list(dict.fromkeys(near))[:MOST_HINTS]


def _folded(typed: str) -> str:
    return "_".join(typed.split()).casefold()


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones() - _NO_PLACES)}


@cache
def _by_city() -> dict[str, tuple[str, ...]]:
    """By what stands behind the last slash; the shorter names first, which are the usual ones."""
    found = defaultdict[str, list[str]](list)
    for city, zone in _cities():
        found[city].append(zone)
    return {city: tuple(zones) for city, zones in found.items()}


def _cities() -> Iterator[tuple[str, str]]:
    for name in sorted(_by_name().values(), key=lambda it: (it.count("/"), it)):
        area, slash, city = name.rpartition("/")
        if slash and area.partition("/")[0] not in ("Etc", "SystemV", "US", "posix", "right"):
            yield city.casefold(), name
