"""What a process is told: its environment, what it was handed, files with secrets, and `.env`."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from shared.secret_names import ENV_FILE, named_in_bot_files, secret_file
from shared.startup.handover import handed


@dataclass(frozen=True, slots=True)
class Environment:
    """Every variable that has a value, by its name in upper case, and where secrets came from."""

    values: Mapping[str, str] = field(repr=False)
    secret_files: tuple[Path, ...]
    """Every file that secrets are read from, absolute: no agent's command may read them."""
    problems: Mapping[str, str]
    """What could not be read: a sentence for each variable, or for `.env`."""


def read_environment(env_file: Path = ENV_FILE) -> Environment:
    """Read it all. The environment counts before `.env`, a value before the file of a `_FILE`.

    An empty value is an unset one.
    """
    environ = {**handed(), **_given(os.environ.items())}
    values: dict[str, str] = {}
    files: list[Path] = []
    problems: dict[str, str] = {}
    dotenv = _dotenv(env_file, files, problems)
    named = named_in_bot_files({**dotenv, **environ})
    for layer in (dotenv, environ):
        pointers = {
            name: of for name, value in layer.items() if (of := secret_file(name, value, named))
        }
        for pointer, variable in pointers.items():
            path = Path(layer.pop(pointer)).absolute()
            files.append(path)
            if variable not in layer:
                values.update(_read_secret(path, variable, problems))
        values.update(layer)
    return Environment(values, tuple(files), problems)


def _given(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    return {name.upper(): value for name, value in pairs if value}


def _dotenv(file: Path, files: list[Path], problems: dict[str, str]) -> dict[str, str]:
    # A dangling link, or a folder that Docker made for a missing file, is looked at too.
    if not os.path.lexists(file):
        return {}
    files.append(file.absolute())
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except (OSError, UnicodeDecodeError) as error:
        problems[str(file)] = f"{file}: cannot be read: {_reason(error)}"
        return {}
    # Not the line itself: there may be a secret in it.
    for number in (
        binding.original.line for binding in parse_stream(StringIO(text)) if binding.error
    ):
        problems[f"{file}:{number}"] = f"{file}:{number}: this is not NAME=value, nor a comment"
    if "\0" in text:
        problems[str(file)] = f"{file}: it holds a NUL character: is it UTF-8 text?"
        return {}
    return _given(dotenv_values(stream=StringIO(text)).items())


def _read_secret(path: Path, variable: str, problems: dict[str, str]) -> Iterator[tuple[str, str]]:
    try:
        if value := path.read_text(encoding="utf-8").strip():
            yield variable, value
    except (OSError, UnicodeDecodeError) as error:
        problems[variable] = f"{variable}_FILE: {path} cannot be read: {_reason(error)}"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "it is not UTF-8 text"
