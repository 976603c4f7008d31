"""What of the recordings is not compared with the stand-in, and why. All else is.

A path is a fact's place in a recording, such as `response.body`. A row is only for what cannot be
compared: the moment's, the machine's, or another page's own.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Facts that are left out: the cases and paths (regular expressions), and the reason."""

    cases: str
    paths: str
    why: str


NOT_COMPARED = (
    NotCompared(
        r".*",
        r".*(?:^|\.)(?:seconds|seconds_after_post|push_after_seconds)",
        "seconds are of the recording machine; the order and the waiting are tested by themselves",
    ),
    NotCompared(
        r".*",
        r".*\.body_sha256",
        "the same bytes are compared as they are; the sum is of another database's signatures",
    ),
    NotCompared(
        r"w00|w37|w38|w51|w54|w63|w64",
        r"user_post_status",
        "not noted: several posted, or a browser did",
    ),
    NotCompared(
        r"p01",
        r"response\.headers\.(content-encoding|transfer-encoding|content-length)|.*body_bytes",
        "the recorder's client took it packed, ours does not",
    ),
    NotCompared(
        r"a102",
        r"message\.\d+\.shown_in_room",
        "the recorder took only its beginning",
    ),
    NotCompared(
        r"w37|w38|w51|w54",
        r"user_post\..*",
        "tells what was done, not what came of it",
    ),
)


def not_compared(case: str, path: str) -> NotCompared | None:
    """The row that leaves this fact out; None when it is compared."""
    number = case.partition("_")[0]
    return next(
        (
            row
            for row in NOT_COMPARED
            if re.fullmatch(row.cases, number) and re.fullmatch(row.paths, path)
        ),
        None,
    )
