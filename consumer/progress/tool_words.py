"""Tools in people's words, by the names that the CLI has for them. Pure."""

import re

from shared.catalogue import Catalogue

_OF_A_SERVER = re.compile(r"mcp__([A-Za-z0-9_-]{1,48}?)__([A-Za-z0-9_-]{1,40})")


def tool_in_words(tool: str, sentences: Catalogue) -> str:
    """What an agent does with it: `Searching my documents…`, `Using tickets: find…`.

    The name is as the model wrote it: what is none is no more than a tool.
    """
    found = _OF_A_SERVER.fullmatch(tool)
    if found is None:
        return _known(sentences, f"tool.{tool}", "tool.any")
    source, name = found.groups()
    ours = f"tool.{source}.{name}"
    if sentences.knows(ours):
        return sentences.say(ours)
    words = re.sub("[_-]+", " ", name).strip()
    return sentences.say("tool.mcp", server=source, tool=words or name)


def tool_in_a_word(tool: str, sentences: Catalogue) -> str:
    """The same as one short word, for a boost."""
    found = _OF_A_SERVER.fullmatch(tool)
    if found is None:
        return _known(sentences, f"sign.doing.{tool}", "sign.doing.any")
    return _known(sentences, f"sign.doing.of.{found[1]}", "sign.doing.mcp")


def _known(sentences: Catalogue, name: str, otherwise: str) -> str:
    return sentences.say(name if sentences.knows(name) else otherwise)
