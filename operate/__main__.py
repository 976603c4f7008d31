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

from shared.logs import configure_a_commands_logs

COMMANDS = {
    **{name: f"operate.{name}.command" for name in ("init", "doctor")},
    **dict.fromkeys(("backup", "restore"), "operate.backup.commands"),
    **{name: f"operate.looks.{name}" for name in ("rights", "schedules", "tools", "budgets")},
    **dict.fromkeys(("cancel", "stop", "drain", "catch-up", "reset"), "operate.acts.jobs"),
    **dict.fromkeys(("pause", "resume"), "operate.acts.pausing"),
    **{
        name: f"operate.access.{name.replace('-', '_')}"
        for name in ("key", "event-secret", "page", "link")
    },
}
"""Where the function of each stands, which has its name."""
GROUPS = {
    **{name: f"operate.looks.{name}" for name in ("approvals", "audit")},
    **{name: f"operate.acts.{name}" for name in ("dead", "members")},
}
PANELS = {
    **dict.fromkeys(("init", "doctor", "backup"), "Set up and keep"),
    "looks": "Look",
    "acts": "Act",
    "access": "Keys and links",
}
"""Under which heading `--help` lists what each room has."""


def app_of(words: Collection[str]) -> typer.Typer:
    """With the command that is called, or, where none is, with all of them.

    Only then is its module imported: all of them together take seconds.
    """
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, help="Operate the bots from a shell."
    )
    called = (COMMANDS.keys() | GROUPS.keys()) & set(words) or COMMANDS.keys() | GROUPS.keys()
    for name in (name for name in COMMANDS if name in called):
        app.command(name, rich_help_panel=_panel(COMMANDS[name]))(
            getattr(import_module(COMMANDS[name]), name.replace("-", "_"))
        )
    for name in (name for name in GROUPS if name in called):
        group = getattr(import_module(GROUPS[name]), name)
        app.add_typer(group, name=name, rich_help_panel=_panel(GROUPS[name]))
    app.callback()(several)
    return app


def _panel(module: str) -> str:
    return PANELS[module.split(".")[1]]


def several() -> None:
    """Operate the bots from a shell."""  # with it a single command too is called by its name


app = app_of(sys.argv[1:2] if __name__ == "__main__" else ())

if __name__ == "__main__":
    configure_a_commands_logs()
    exit_on_bad_configuration(app)
