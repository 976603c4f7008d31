"""`python -m operate`: what an operator does from a shell.

A command is a function in a module of its own here, and one line in `COMMANDS`; several that belong
together are a Typer of their own, and one line in `GROUPS`.
"""

from shared.startup.process import begin, exit_on_bad_configuration

if __name__ == "__main__":
    begin()

import typer

from operate.approvals import approvals
from operate.audit import audit
from operate.backup.commands import backup, restore
from operate.budgets import budgets
from operate.dead import dead
from operate.doctor.command import doctor
from operate.event_secret import event_secret
from operate.init.command import init
from operate.jobs import cancel, catch_up, drain, reset, stop
from operate.key import key
from operate.link import link
from operate.page import page
from operate.pausing import pause, resume
from operate.rights import rights
from operate.schedules import schedules
from operate.tools import tools

COMMANDS = (
    *(event_secret, key, link, page, rights, schedules, tools, budgets, backup, restore),
    *(init, doctor, cancel, stop, pause, resume, drain, catch_up, reset),
)
GROUPS = {"approvals": approvals, "audit": audit, "dead": dead}

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Operate the bots from a shell.")
for command in COMMANDS:
    app.command()(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


@app.callback()
def several() -> None:
    """Operate the bots from a shell."""  # with it a single command too is called by its name


if __name__ == "__main__":
    exit_on_bad_configuration(app)
