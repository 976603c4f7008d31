"""The deliberate bugs go where they are meant to, before any process is started with one."""

import pytest

from tests.faults.bugs import BUGS, SCRIPTS, put_in


@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_changes_the_scripts_that_it_names(
    bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the room that it names: two rooms may each have a `settle`."""
    for scripts in SCRIPTS.values():
        for name in scripts.keys() - {"__builtins__"}:
            monkeypatch.setitem(scripts, name, scripts[name])  # back at the end
    before = {room: dict(scripts) for room, scripts in SCRIPTS.items()}
    monkeypatch.setenv("FAULT_BUG", bug)
    put_in()
    changed = {
        f"{room}/{name}"
        for room, scripts in SCRIPTS.items()
        for name, text in scripts.items()
        if text != before[room][name]
    }
    assert changed == {script for script, _, _ in BUGS[bug]}
