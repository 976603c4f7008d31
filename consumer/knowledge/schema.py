"""The index of a folder: one SQLite file, written by the child alone, read by the service."""

import hashlib
import sqlite3
import unicodedata
from pathlib import Path

VERSION = 2
"""To be raised whenever words, sections or tables are made in another way: all is made anew."""
FORMAT = f"{VERSION}/{unicodedata.unidata_version}"

TABLES = """
CREATE TABLE about (format TEXT NOT NULL);
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    stamp TEXT NOT NULL,
    trouble TEXT
);
CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    number INTEGER NOT NULL,
    headings TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (file, number)
);
CREATE VIRTUAL TABLE words USING fts5 (
    name, above, heading, text, content = '', tokenize = 'unicode61 remove_diacritics 0'
);
"""
"""`words` holds no text of its own, only where each word stands; its rows are the sections'."""
WEIGHTS = "4.0, 1.0, 5.0, 1.0"
"""How much a word counts in each column of `words`."""


def index_file(home: Path, folder: Path) -> Path:
    """The index of a folder, which several bots may share; below `home`, in a folder of its own."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    return home / name / "index.sqlite3"


def open_for_reading(file: Path) -> sqlite3.Connection:
    """Open an index without the right to write; raises sqlite3.Error where there is none (yet)."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    connection.execute("PRAGMA query_only = on")
    return connection
