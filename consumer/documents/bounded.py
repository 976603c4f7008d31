"""Converts one document in a process of its own: what crashes, hangs or swells fails alone.

For a child of the service that has one thread (it forks), see `caged`.
"""

import json
import logging
import os
import resource
import select
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from consumer.documents.formats import converted
from consumer.documents.section import Section, Trouble, Unreadable

MIB = 1024 * 1024
PIECE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one document may take."""

    file_mb: float = 50.0
    memory_mb: int = 768
    """MiB of its converter's own memory."""
    cpu_seconds: int = 30
    seconds: float = 180.0
    """By the clock, for one that hangs: on a busy machine its time is little."""
    told_mb: float = 64.0
    """MiB of what a converter may tell."""


def convert(data: bytes, kind: str, bounds: Bounds) -> list[Section]:
    """The sections of a document; raises Unreadable."""
    if len(data) > bounds.file_mb * MIB:
        raise Unreadable(Trouble.LARGE)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _tell(data, kind, bounds, writing)
    os.close(writing)
    try:
        told = _heard(reading, bounds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # it has told all, or will not
        _, status = os.waitpid(child, 0)
    return _understood(told, status)


def _tell(data: bytes, kind: str, bounds: Bounds, writing: int) -> NoReturn:
    """In the child: write what became of the document, and end."""
    try:
        _limit(bounds)
        logging.disable()  # libraries warn of bad files, in their words
        told = json.dumps(_outcome(data, kind), ensure_ascii=False).encode(errors="replace")
        _write(writing, told)
    finally:
        os._exit(0)  # nothing of the parent's is flushed or closed a second time


def _outcome(data: bytes, kind: str) -> object:
    try:
        return [[*section.headings, section.text] for section in converted(data, kind)]
    except Unreadable as error:
        return error.trouble
    except MemoryError:
        return Trouble.MEMORY
    except Exception:  # noqa: BLE001 - what a library raises of a bad file is its own affair
        return Trouble.DAMAGED


def _limit(bounds: Bounds) -> None:
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, bounds.memory_mb * MIB),
    ):
        resource.setrlimit(kind, (most, most))
    # The first ends it by a signal of its own, SIGXCPU, by which we know it.
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 1))


def _write(writing: int, told: bytes) -> None:
    left = memoryview(told)
    while left:
        left = left[os.write(writing, left) :]


def _heard(reading: int, bounds: Bounds) -> bytes:
    """All that the child tells; raises Unreadable where that takes too long or is too much."""
    until, told = time.monotonic() + bounds.seconds, bytearray()
    while True:
        if not select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            raise Unreadable(Trouble.SLOW)
        piece = os.read(reading, PIECE)
        if not piece:
            return bytes(told)
        told += piece
        if len(told) > bounds.told_mb * MIB:
            raise Unreadable(Trouble.LONG)


def _understood(told: bytes, status: int) -> list[Section]:
    try:
        found = json.loads(told)
    except ValueError:
        # Cut short, or nothing: it was ended. Our own SIGKILL comes after the last word.
        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        raise Unreadable(Trouble.SLOW if slow else Trouble.CRASHED) from None
    if isinstance(found, str):
        raise Unreadable(Trouble(found))
    return [Section(tuple(headings), text) for *headings, text in found]
