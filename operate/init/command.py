"""`python -m operate init`: the first set-up beside your own Campfire."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from operate.doctor.groups.webhook import Listener, Way, way_findings
from operate.init.answers import Answers
from operate.init.asking import ask_all
from operate.init.first_call import first_call
from operate.init.writing import write_all
from operate.shell.ending import end
from operate.shell.saying import say
from shared.numbers import whole_number
from shared.secret_names import ENV_FILE
from shared.startup.environment import read_environment

WAIT_S = 1800.0


def init(
    campfire: Annotated[str, typer.Option(help="Campfire's address.")] = "",
    bot: Annotated[str, typer.Option(help="The first bot's id.")] = "assistant",
    key_file: Annotated[str, typer.Option(help="A file with its key in Campfire.")] = "",
    api_key_file: Annotated[str, typer.Option(help="A file with Claude's API key.")] = "",
    base: Annotated[str, typer.Option(help="What Campfire calls the web process.")] = "",
    wait: Annotated[float, typer.Option(help="Seconds for the first call; 0: do not.")] = WAIT_S,
) -> None:
    """Set it up beside your own Campfire: ask, write .env, the key and a bot file, see it answer.

    What a flag says is not asked. Files that are there stay as they are.
    """
    values = read_environment().values
    if ENV_FILE.exists() and not {"CAMPFIRE_URL", "ANTHROPIC_API_KEY"} <= values.keys():
        end(".env is there, without CAMPFIRE_URL or ANTHROPIC_API_KEY: add them to it, or move it")
    answers = ask_all(
        values, campfire=campfire, bot=bot, key_file=key_file, api_key_file=api_key_file
    )
    _write(answers, values)
    url = _webhook_url(answers, values, base)
    say("On the bot's page in Campfire, enter as its webhook URL exactly:")
    say(f"  {url}")
    say("Start the service, in another window: .venv/bin/python -m operate.launch")
    if wait > 0:
        asyncio.run(first_call(values, answers.bot, url, wait))


def _write(answers: Answers, values: Mapping[str, str]) -> None:
    data_dir = Path(values.get("DATA_DIR", "data"))
    bots_dir = Path(values.get("BOTS_DIR", "bots"))
    try:
        for line in write_all(
            answers, env_file=ENV_FILE, bots_dir=bots_dir, data_dir=data_dir, values=values
        ):
            say(line)
    except OSError as error:
        end(f"{error.filename} cannot be written: {error.strerror}")


def _webhook_url(answers: Answers, values: Mapping[str, str], base: str) -> str:
    """What Campfire is to call; says what may keep it from that."""
    way = Way(
        host=values.get("HOST", "127.0.0.1"),
        port=whole_number(values.get("PORT")) or 5002,
        here=Listener.OURS,  # it will be
        base=base,
        campfire_url=answers.campfire,
    )
    for finding in way_findings(way):
        if finding.mend:
            say(finding.found)
            say(f"  -> {finding.mend}")
    return f"{way.url}/webhook/{answers.bot}"
