"""Secrets in a bot file: only as `${NAME}`, the name of an environment variable."""

import re
from collections.abc import Iterator, Mapping

from shared.secret_names import VARIABLE

_MEANT = re.compile(r"\$\{[^}]*\}?")
_TELLING = re.compile(
    r"auth|cookie|credential|passw|passphrase|secret|token|api[-_]?key|(^|[-_])key($|[-_])|(^|_)pw$",
    re.IGNORECASE,
)
_KNOWN_SECRETS = re.compile(
    r"\b(sk|rk|pk)[-_](ant|live|test|proj)[-_]|\bgh[pousr]_|\bgithub_pat_|\bglpat-|\bxox[abprs]-"
    r"|\bAKIA[0-9A-Z]{16}\b|\beyJ[\w-]+\.eyJ|://[^/@\s:]*:[^/@\s]+@|\b(bearer|basic)\s+\S{8}",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"--?[\w-]*({_TELLING.pattern})[\w-]*=\S", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z_-]{0,24}[ =:]?")
"""What may stand beside a variable in a secret's place: `Bearer `, `session=`."""


def variables_in(text: str) -> Iterator[str]:
    """The names of the variables in it."""
    yield from VARIABLE.findall(text)


def expanded(text: str, values: Mapping[str, str]) -> str:
    """The text with each variable's value in its place; raises KeyError for one without."""
    return VARIABLE.sub(lambda found: values[found[1]], text)


def misspelt(text: str) -> str | None:
    """What looks like a variable in it, and is none."""
    return next((it for it in _MEANT.findall(text) if not VARIABLE.fullmatch(it)), None)


def is_literal_secret(name: str, text: str) -> bool:
    """Whether a secret stands in the text itself, as far as `name` or its form can tell."""
    rest = VARIABLE.sub("", text)
    if _KNOWN_SECRETS.search(rest) or _OPTION.match(rest):
        return True
    return bool(_TELLING.search(name)) and (rest == text or not _SCHEME.fullmatch(rest))
