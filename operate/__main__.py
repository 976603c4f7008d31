"""`python -m operate`: what an operator does from a shell.

A command is a function in a module of one of the rooms here, and a name in `COMMANDS`; several that
belong together are a Typer of their own, and a name in `GROUPS`.
"""

from shared.startup.process import begin, exit_on_bad_configuration

if __name__ == "__main__":
    begin()

import sys
from collections.abc import Collection
from importlib import import_module

import typer

COMMANDS = {
    **{
        name: f"operate.access.{name.replace('-', '_')}"
        for name in ("event-secret", "key", "link", "page")
    },
    **{name: f"operate.looks.{name}" for name in ("rights", "schedules", "tools", "budgets")},
    **dict.fromkeys(("backup", "restore"), "operate.backup.commands"),
    **{name: f"operate.{name}.command" for name in ("init", "doctor")},
    **dict.fromkeys(("cancel", "stop", "drain", "catch-up", "reset"), "operate.acts.jobs"),
    **dict.fromkeys(("pause", "resume"), "operate.acts.pausing"),
}
"""Where the function of each stands, which has its name."""
GROUPS = {
    **{name: f"operate.looks.{name}" for name in ("approvals", "audit")},
    **{name: f"operate.acts.{name}" for name in ("dead", "members")},
}


def app_of(words: Collection[str]) -> typer.Typer:
    """With the command that is called, or, where none is, with all of them.

    Only then is its module imported: all of them together take seconds.
    """
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, help="Operate the bots from a shell."
    )
    called = (COMMANDS.keys() | GROUPS.keys()) & set(words) or COMMANDS.keys() | GROUPS.keys()
    for name in (name for name in COMMANDS if name in called):
        app.command(name)(getattr(import_module(COMMANDS[name]), name.replace("-", "_")))
    for name in (name for name in GROUPS if name in called):
        app.add_typer(getattr(import_module(GROUPS[name]), name), name=name)
    app.callback()(several)
    return app


def several() -> None:
    """Operate the bots from a shell."""  # with it a single command too is called by its name


app = app_of(sys.argv[1:2] if __name__ == "__main__" else ())

if __name__ == "__main__":
    exit_on_bad_configuration(app)
