"""A traceback as the log has it: where it came from, and no word that may be somebody's.

An exception that is not ours says what it stumbled over: a validation error repeats the value, a
KeyError the key. That may be what people wrote, or a secret; so of most only the kind is told.
"""

import os
import traceback
from collections.abc import Iterator

from structlog.typing import ExcInfo

from shared.errors import BotError

TOLD = (BotError, AttributeError, NameError, ImportError)
"""Their words are ours, or the interpreter's, of names in code."""
CAUSED = "\nThe above exception was the direct cause of the following exception:\n"
BESIDE = "\nDuring handling of the above exception, another exception occurred:\n"


def told(exc_info: ExcInfo) -> str:
    """The traceback with those that led to it, as Python orders them."""
    return "\n".join(_lines(exc_info[1], set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield CAUSED if error.__cause__ else BESIDE
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield _name(type(error)) + _words(error)
    if isinstance(error, BaseExceptionGroup):
        for number, part in enumerate(error.exceptions, 1):
            yield f"--- {number} of {len(error.exceptions)} ---"
            yield from _lines(part, seen)


def _name(kind: type[BaseException]) -> str:
    where = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    return where + kind.__qualname__


def _words(error: BaseException) -> str:
    if isinstance(error, TOLD):
        return f": {error}" if str(error) else ""
    if isinstance(error, OSError) and error.errno is not None:
        return f": [Errno {error.errno}] {os.strerror(error.errno)}"  # not of which file
    return ": (withheld)" if error.args else ""
