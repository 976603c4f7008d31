"""Converts documents in a process of its own: one that crashes, hangs or swells fails alone.

For a child of the service that has one thread (it forks), see `caged`.
"""

import json
import os
import select
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from consumer.documents.frames import HEAD, length_in, send
from consumer.documents.limits import MIB
from consumer.documents.section import Section, Trouble, Unreadable
from consumer.documents.serving import serve

PIECE = 1 << 16
PERHAPS_NOT_ITS_OWN = frozenset({Trouble.MEMORY, Trouble.CRASHED})
"""Troubles that what was converted before may have left behind."""


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
    """The sections of one document alone; raises Unreadable."""
    with Converter(bounds) as converter:
        return converter.sections(data, kind)


class Converter:
    """One document after another, as a context; a process that failed is followed by a new one."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def sections(self, data: bytes, kind: str) -> list[Section]:
        """The sections of a document; raises Unreadable."""
        if len(data) > self._bounds.file_mb * MIB:
            raise Unreadable(Trouble.LARGE)
        is_fresh = self._process is None
        try:
            return self._sections(data, kind)
        except Unreadable as error:
            if error.trouble in PERHAPS_NOT_ITS_OWN:
                self._end()
            if is_fresh or error.trouble not in PERHAPS_NOT_ITS_OWN:
                raise
        return self._sections(data, kind)

    def _sections(self, data: bytes, kind: str) -> list[Section]:
        self._process = self._process or _Process(self._bounds)
        try:
            told = self._process.ask(kind.encode() + b"\0" + data)
        except _Ended:
            raise Unreadable(self._end()) from None
        except Unreadable:
            self._end()
            raise
        if isinstance(told, str):
            raise Unreadable(Trouble(told))
        return [Section(tuple(headings), text) for *headings, text in told]

    def _end(self) -> Trouble:
        """Of the process, if any; why it was over by itself, if it was."""
        process, self._process = self._process, None
        return process.end() if process is not None else Trouble.CRASHED


class _Ended(Exception):
    """The process was over before it had told anything."""


class _Process:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        asking, self._asking = os.pipe()
        self._told, telling = os.pipe()
        self._id = os.fork()
        if not self._id:
            os.close(self._asking)
            os.close(self._told)
            serve(asking, telling, memory_mb=bounds.memory_mb, cpu_seconds=bounds.cpu_seconds)
        os.close(asking)
        os.close(telling)

    def ask(self, question: bytes) -> list[list[str]] | str:
        """What it tells of a document; raises _Ended, and Unreadable for too late or too much."""
        until = time.monotonic() + self._bounds.seconds
        try:
            send(self._asking, question)
        except BrokenPipeError:
            raise _Ended from None
        length = length_in(self._heard(HEAD, until))
        if length > self._bounds.told_mb * MIB:
            raise Unreadable(Trouble.LONG)
        found: list[list[str]] | str = json.loads(self._heard(length, until))
        return found

    def end(self) -> Trouble:
        """Kill it; why it was over, if it was."""
        os.close(self._asking)
        os.close(self._told)
        with suppress(ProcessLookupError):
            os.kill(self._id, signal.SIGKILL)
        _, status = os.waitpid(self._id, 0)
        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        return Trouble.SLOW if slow else Trouble.CRASHED

    def _heard(self, count: int, until: float) -> bytes:
        told = bytearray()
        while len(told) < count:
            if not select.select([self._told], [], [], max(0.0, until - time.monotonic()))[0]:
                raise Unreadable(Trouble.SLOW)
            piece = os.read(self._told, min(PIECE, count - len(told)))
            if not piece:
                raise _Ended
            told += piece
        return bytes(told)
