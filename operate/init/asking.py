"""Where the answers come from: settings that are there, flags, files, and at last a person.

What is wrong is asked for again; without a terminal it ends the command with a sentence.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import typer

from operate.doctor.finding import Finding, Mark, worst
from operate.init.answers import (
    WHERE_KEYS_STAND,
    Answers,
    address,
    api_key,
    bot_id,
    bot_key,
)
from operate.init.trying import try_campfire, try_key, try_model
from operate.shell.ending import end
from operate.shell.saying import say
from shared.bots import key_variable
from shared.startup.campfire_keys import key_folder, key_in

Try = Callable[[str], Awaitable[Sequence[Finding]]]


def ask_all(
    values: Mapping[str, str], *, campfire: str, bot: str, key_file: str, api_key_file: str
) -> Answers:
    """All that has to be known, each tried at once; `values`: the settings that are there."""
    url = _known(
        values.get("CAMPFIRE_URL") or campfire,
        "Campfire's address, as http://chat.example",
        address,
        try_campfire,
        flag="--campfire",
    )
    first = _known(bot, "The bot's id, in small letters", bot_id, _nothing, flag="--bot")
    data_dir = Path(values.get("DATA_DIR", "data"))
    kept = values.get(key_variable(first)) or key_in(key_folder(data_dir) / first)
    return Answers(
        campfire=url,
        bot=first,
        bot_key=_key(url, first, kept or _text(key_file, "--key-file")),
        api_key=_known(
            values.get("ANTHROPIC_API_KEY") or _text(api_key_file, "--api-key-file"),
            "Claude's API key, of console.anthropic.com (it is not shown)",
            api_key,
            lambda text: try_model(values.get("ANTHROPIC_BASE_URL", ""), text),
            flag="--api-key-file",
            hidden=True,
        ),
    )


def _key(url: str, bot: str, given: str) -> str:
    if not given and _can_be_asked():
        typer.echo(WHERE_KEYS_STAND)
    return _known(
        given,
        f"The key of {bot}, or the whole curl line (it is not shown)",
        bot_key,
        lambda text: try_key(url, bot, text),
        flag="--key-file",
        hidden=True,
    )


def _known(
    given: str,
    question: str,
    read: Callable[[str], str | None],
    tried: Try,
    *,
    flag: str,
    hidden: bool = False,
) -> str:
    """What was given, or what a person types until it is right."""
    while True:
        if not given and not _can_be_asked():
            end(f"{flag} is needed where nobody can be asked")
        text = given or str(typer.prompt(question, hide_input=hidden))
        answer = read(text)
        if answer is not None and _is_good(asyncio.run(_seen(tried, answer))):
            return answer
        if answer is None:
            say(f"That is not it. {question}.")
        if not _can_be_asked():
            end(f"{flag}: see above; nothing was written")
        given = ""


def _is_good(found: Sequence[Finding]) -> bool:
    for finding in found:
        say(f"  {finding.found}")
        if finding.mend:
            say(f"  -> {finding.mend}")
    return worst(found) is not Mark.BROKEN


async def _seen(tried: Try, answer: str) -> Sequence[Finding]:
    return await tried(answer)


async def _nothing(_: str) -> Sequence[Finding]:
    return ()


def _text(file: str, flag: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        end(f"{flag}: {file} cannot be read")


def _can_be_asked() -> bool:
    return sys.stdin.isatty()
