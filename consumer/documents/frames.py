"""Messages over a pipe: their length, then themselves."""

import os

HEAD = 8
"""Bytes of a length."""


def send(pipe: int, message: bytes) -> None:
    """Write one message; raises BrokenPipeError where nobody reads."""
    left = memoryview(len(message).to_bytes(HEAD, "big") + message)
    while left:
        left = left[os.write(pipe, left) :]


def length_in(head: bytes) -> int:
    """How many bytes the message behind this head has."""
    return int.from_bytes(head, "big")


def received(pipe: int) -> bytes | None:
    """The next message from the pipe; None at its end."""
    head = _read(pipe, HEAD)
    return _read(pipe, length_in(head)) if head else None


def _read(pipe: int, count: int) -> bytes:
    told = bytearray()
    while len(told) < count and (piece := os.read(pipe, count - len(told))):
        told += piece
    return bytes(told)
