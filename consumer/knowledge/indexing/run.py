"""One run over a folder: what is gone goes from the index, what is new or changed comes in."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from consumer.documents.bounded import Bounds, Converter
from consumer.documents.formats import KINDS, kind_of, load_converters
from consumer.documents.limits import MIB
from consumer.documents.linkless import opened
from consumer.documents.section import Section, Trouble, Unreadable
from consumer.knowledge.indexing.store import Store
from consumer.knowledge.walk import stamps

Tell = Callable[[int, int], None]
"""Told how many files of how many are done, before each."""


class Run:
    """Files one after another."""

    def __init__(self, folder: Path, index: Path, bounds: Bounds, *, tell: Tell) -> None:
        self._folder, self._index = folder, index
        self._bounds, self._tell = bounds, tell

    def run(self) -> None:
        """Raises OSError where the folder or the index cannot be used."""
        found = stamps(self._folder)
        with Store(self._index) as store, Converter(self._bounds) as self._converter:
            known = store.stamps()
            for name in known.keys() - found.keys():
                store.remove(name)
            due = [name for name, stamp in found.items() if known.get(name) != stamp]
            load_converters(map(kind_of, due))
            for done, name in enumerate(due):
                self._tell(done, len(due))
                self._take(store, name, found[name])
            self._tell(len(due), len(due))

    def _take(self, store: Store, name: str, stamp: str) -> None:
        try:
            store.put(name, stamp, self._sections(name))
        except Unreadable as error:
            store.fail(name, stamp, error.trouble)
        except FileNotFoundError:
            store.remove(name)  # gone meanwhile: the next run sees what is there then
        except OSError:
            store.fail(name, stamp, Trouble.FORBIDDEN)

    def _sections(self, name: str) -> list[Section]:
        kind = kind_of(name)
        if kind not in KINDS:
            raise Unreadable(Trouble.KIND)
        return self._converter.sections(self._data(name), kind)

    def _data(self, name: str) -> bytes:
        descriptor = opened(self._folder, name.split("/"))
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise Unreadable(Trouble.FORBIDDEN)
            if about.st_size > self._bounds.file_mb * MIB:
                raise Unreadable(Trouble.LARGE)
            return file.read(round(self._bounds.file_mb * MIB) + 1)
