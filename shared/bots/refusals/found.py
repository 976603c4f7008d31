"""What the refusals of a kind find: places in the file, and what is wrong there."""

from collections.abc import Iterator

from shared.bots.yaml_file import KeyPath

Found = Iterator[tuple[KeyPath, str]]
"""Each with the end of a sentence that begins with the place."""
