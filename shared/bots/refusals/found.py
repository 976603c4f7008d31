"""What the refusals of a kind find: places in the file, and what is wrong there."""

from collections.abc import Iterator

Place = tuple[int | str, ...]
"""The keys, and numbers of items, that lead there."""
Found = Iterator[tuple[Place, str]]
"""Each with the end of a sentence that begins with the place."""
