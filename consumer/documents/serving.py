"""The process that converts: it reads documents from a pipe and tells what became of each."""

import json
import logging
import math
import os
import resource
from typing import NoReturn

from consumer.documents.formats import converted
from consumer.documents.frames import received, send
from consumer.documents.limits import limit_this_process
from consumer.documents.section import Trouble, Unreadable


def serve(asking: int, telling: int, *, memory_mb: int, cpu_seconds: int) -> NoReturn:
    """Until nobody asks any more; right after the fork, as its process's only task."""
    try:
        limit_this_process(memory_mb)
        logging.disable()  # libraries warn of bad files, in their words
        while (question := received(asking)) is not None:
            _allow(cpu_seconds)
            kind, _, data = question.partition(b"\0")
            told = json.dumps(_outcome(data, kind.decode()), ensure_ascii=False)
            send(telling, told.encode(errors="replace"))
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


def _allow(seconds: int) -> None:
    """So much of a processor for the next document; then SIGXCPU, by which it is known."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
