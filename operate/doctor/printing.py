"""What was found, for a person's eyes or for a program."""

import json
from collections.abc import Iterator, Sequence

from operate.doctor.finding import Finding, Group, Mark, worst

_SIGNS = {Mark.OK: "[ok]", Mark.UNKNOWN: "[?] ", Mark.WARNING: "[!] ", Mark.BROKEN: "[X] "}
_EXIT = {Mark.OK: 0, Mark.UNKNOWN: 0, Mark.WARNING: 1, Mark.BROKEN: 2}


def exit_code(groups: Sequence[Group]) -> int:
    """0: nothing to mend; 1: warnings; 2: something keeps a bot from answering."""
    return _EXIT[worst(groups)]


def lines(groups: Sequence[Group]) -> Iterator[str]:
    """One for each group with its worst mark in front, and below it what was found."""
    for group in groups:
        yield f"{_SIGNS[group.mark]} {group.name}"
        for finding in group.findings:
            yield from _of(finding)
    yield _in_short(groups)


def as_json(groups: Sequence[Group]) -> str:
    """The same for a program: `exit`, and by group the marks ok, unknown, warning, broken."""
    told = [
        {
            "name": group.name,
            "mark": group.mark.name.lower(),
            "findings": [
                {"mark": it.mark.name.lower(), "found": it.found, "mend": it.mend}
                for it in group.findings
            ],
        }
        for group in groups
    ]
    return json.dumps({"exit": exit_code(groups), "groups": told}, indent=2)


def _of(finding: Finding) -> Iterator[str]:
    yield f"     {_SIGNS[finding.mark]} {finding.found}"
    if finding.mend:
        yield f"          -> {finding.mend}"


def _in_short(groups: Sequence[Group]) -> str:
    marks = [finding.mark for group in groups for finding in group.findings]
    faults, warnings = marks.count(Mark.BROKEN), marks.count(Mark.WARNING)
    if not faults and not warnings:
        return "Nothing to mend."
    return f"To mend: {faults} [X], which keep a bot from answering, and {warnings} [!]."
