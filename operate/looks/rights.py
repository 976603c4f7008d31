"""`python -m operate rights`: what a person may do with a bot in a place, and why, by its file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from operate.shell.ending import end
from shared.bots import Bot, load_bot
from shared.bots.admission import may_type, may_type_for_others, refusal
from shared.bots.reading import ids_by_file
from shared.bots.rights import Right, ids_of, right_to
from shared.bots.theirs import called, tools_of
from shared.control_words import CONTROL_WORDS, OF_SOMEBODYS, ControlWord
from shared.errors import ConfigurationError
from shared.numbers import whole_number
from shared.printable import printable
from shared.startup.environment import read_environment

WHERE = "it is the number at the end of the address of that person's page in Campfire"
_NOT_ANSWERED = {
    "person": "people.talk does not name them",
    "room": "rooms.answer does not name this room",
    "ping": "rooms.pings is false",
}


def rights(
    bot: Annotated[str, typer.Option(help="The `id` in its file.")],
    person: Annotated[str, typer.Option(help="Campfire's user id, a number.")],
    room: Annotated[int | None, typer.Option(help="Campfire's room number.", min=1)] = None,
    ping: Annotated[bool, typer.Option("--ping", help="In a direct room instead.")] = False,
) -> None:
    """Say what a person may do with a bot in a room or in pings, and why. Changes nothing."""
    if (room is None) is not ping:
        end("say where: --room and its number, or --ping")
    user_id = whole_number(person)
    if not user_id:
        end(f"--person: {printable(person)} is no user id; {WHERE}")
    found = _bot(bot)
    typer.echo("\n".join(told(found, user_id, room)))


def told(bot: Bot, person: int, room: int | None) -> Iterator[str]:
    """What the file says, a line each; `room` None: in a ping."""
    here = bot if room is None else bot.in_room(room)
    where = "in a ping" if room is None else f"in room {room}"
    roles = [name for name in bot.roles if person in ids_of(bot, (name,))]
    known_as = f" ({', '.join(roles)})" if roles else ""
    yield f"person {person}{known_as} with {bot.id} {where}"
    why = refusal(here, person, room or 0, is_ping=room is None)
    yield _line("talk", why is None, _NOT_ANSWERED[why] if why else "")
    if why is not None:
        return
    if person in ids_of(bot, bot.people.approve):
        yield _line("approve", True, "people.approve")
    for word in _words(here):
        yield _line(f"type {word}", *_types(here, person, word))
        if word in OF_SOMEBODYS:
            yield _line(f"type {word}, of somebody else's", *_of_others(here, person, word))
    for tool in tools_of(here):
        right = right_to(here, called(tool), [person], is_ping=room is None)
        yield _line(f"use {tool}", right.is_allowed, _why(right), asks=right.policy == "ask")


def _words(bot: Bot) -> list[ControlWord]:
    """What it has no name for is an ordinary word to it."""
    return [word for word in CONTROL_WORDS if bot.word_names.get(word) != ()]


def _types(bot: Bot, person: int, word: ControlWord) -> tuple[bool, str]:
    own = ", but for their own message" if word == "stop" else ""
    if may_type(bot, person, word):
        return True, "people.control" if word in bot.people.control else "whoever may talk"
    return False, f"people.control{own}"


def _of_others(bot: Bot, person: int, word: ControlWord) -> tuple[bool, str]:
    why = "people.control" if word in bot.people.control else "people.approve"
    return may_type_for_others(bot, person, word), why


def _why(right: Right) -> str:
    if right.why == "no_rules":
        return "there are no permissions: whoever may talk"
    if right.why == "nobody_to_ask":
        return f"permissions, rule {right.rule}: asks, and none of its approvers is known"
    if right.policy == "ask":
        people = ", ".join(map(str, sorted(right.approvers)))
        return f"permissions, rule {right.rule}: {people} may say yes"
    return f"permissions, rule {right.rule}" if right.rule else "no rule of permissions allows it"


def _line(what: str, may: bool, why: str, *, asks: bool = False) -> str:
    return f"  {'ask' if asks else 'yes' if may else 'no':<4}{what}{f'  ({why})' if why else ''}"


def _bot(bot_id: str) -> Bot:
    folder = Path(read_environment().values.get("BOTS_DIR", "bots"))
    files = [name for name, found in ids_by_file(folder).items() if found == bot_id]
    if not files:
        end(f"no bot file in {folder} has the id {bot_id}")
    try:
        return load_bot(folder / files[0])
    except ConfigurationError as error:
        end("\n".join(error.problems))
