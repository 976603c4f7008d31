"""What is said of a setting that is missing or wrong: one sentence, with its variable's name."""

from typing import Any


def sentence(problem: Any) -> str:
    """One of pydantic's errors, for whoever has to mend it."""
    name = name_of(problem)
    if problem["type"] == "missing":
        return f"{name}: not set" + _HINTS.get(name, "")
    if problem["type"] == "too_short":
        return f"{name}: has to be {problem['ctx']['min_length']} characters long or longer"
    complaint = str(problem["msg"]).removeprefix("Value error, ")
    return complaint if name in ("", "BOT_KEYS") else f"{name}: {complaint}"


def name_of(problem: Any) -> str:
    """The variable of one of pydantic's errors."""
    return ".".join(str(part) for part in problem["loc"]).upper()


_HINTS = {
    "REDIS_URL": " (redis://host:6379/0; `make run` brings its own server when it is not set)",
    "CAMPFIRE_URL": " (the address of your Campfire, as http://campfire.example)",
    "ANTHROPIC_API_KEY": " (`make run` uses a stand-in model when it is not set)",
}
