"""What somebody asks for as questions to the index (sqlite.org/fts5.html, "Full-text Query
Syntax"). Only words of letters and digits reach them, in quotes: nothing asked is syntax."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import snowballstemmer

from consumer.knowledge.stop_words import STOP_WORDS
from consumer.knowledge.words import is_hiragana, is_single, words

MOST_TERMS = 32
SHORTEST_BEGINNING = 3
"""Letters of a word that finds those that begin so."""
LANGUAGES = ("english", "german")

_DIGITS = re.compile(r"[0-9]+")

Run = tuple[str, ...]
"""Words without a blank between: one word, the parts of `leave_policy-2024.md`, or 退款政策."""


class Questions(NamedTuple):
    """What the index is asked for one text, one after the other; empty: nothing to ask."""

    all_of_it: str
    """Every word."""
    some_of_it: str
    """Any of them; the more and the rarer the better."""


def questions(asked: str) -> Questions:
    """The questions for a text."""
    runs = list(_runs(asked))
    told = [run for run in runs if run[0] not in STOP_WORDS or len(run) > 1] or runs
    told = told[:MOST_TERMS]
    some = dict.fromkeys(part for run in told for part in _parts(run))
    return Questions(" AND ".join(map(_phrase, told)), " OR ".join(list(some)[:MOST_TERMS]))


def _runs(asked: str) -> Iterator[Run]:
    """Neighbours of one kind: 退款FAQ is two."""
    for piece in asked.split():
        run: list[str] = []
        for word in words(piece):
            if run and is_single(word) != is_single(run[-1]):
                yield tuple(run)
                run = []
            run.append(word)
        if run:
            yield tuple(run)


def _phrase(run: Run) -> str:
    return _word(run[0]) if len(run) == 1 else _quoted(run)


def _parts(run: Run) -> Iterator[str]:
    """What of it may be found by itself: each word; of 退款政策 each two neighbours."""
    if len(run) == 1 or not is_single(run[0]):
        yield from map(_word, run)
        return
    pairs: list[Run] = [pair for pair in pairwise(run) if not is_hiragana("".join(pair))]
    yield from map(_quoted, pairs or [run])


def _word(word: str) -> str:
    """A word, those that begin with it, and those that begin with its stem."""
    if is_single(word) or len(word) < SHORTEST_BEGINNING or _DIGITS.fullmatch(word):
        return _quoted([word])
    beginnings = dict.fromkeys([word, *_stems(word)])
    return f"({_quoted([word])} OR {' OR '.join(f'{_quoted([some])}*' for some in beginnings)})"


def _stems(word: str) -> Iterator[str]:
    for language in LANGUAGES:
        stem = _stemmer(language).stemWord(word)
        if stem.endswith("i") and not word.endswith("i"):  # English: policies, polici, policy
            yield f"{stem[:-1]}y"
        if len(stem) > SHORTEST_BEGINNING:
            yield stem


def _quoted(run: Sequence[str]) -> str:
    return f'"{" ".join(run)}"'


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)
