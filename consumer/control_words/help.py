"""What `help` says: who the bot is, what its file lets it do, and what one can type. Pure."""

from collections.abc import Iterator
from html import escape

from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import CONTROL_WORDS, names_of


def introduction(bot: Bot, sentences: Catalogue) -> str:
    """As HTML, from the bot's file alone."""
    lines = [sentences.say("control.name", bot=_text(bot.name))]
    if bot.help is not None:
        lines.append(_text(bot.help.strip()).replace("\n", "<br>"))
    lines.append(_skills(bot, sentences))
    orders = "".join(_orders(bot, sentences))
    if orders:
        lines.append(sentences.say("control.orders"))
    paragraphs = "".join(f"<div>{line}</div>" for line in lines)
    return f"{paragraphs}<ul>{orders}</ul>" if orders else paragraphs


def _skills(bot: Bot, sentences: Catalogue) -> str:
    """Two tools that do the same for people are named once; one unknown here by its own name."""
    if not bot.tools:
        return sentences.say("control.no_tools")
    names = (f"can.{tool}" for tool in bot.tools)
    known = [sentences.say(name) if sentences.knows(name) else _text(name[4:]) for name in names]
    return sentences.say("control.tools", tools=sentences.listed(list(dict.fromkeys(known))))


def _orders(bot: Bot, sentences: Catalogue) -> Iterator[str]:
    for word in CONTROL_WORDS:
        if names := names_of(word, bot.control_words, sentences):
            meaning = sentences.say(f"control.help.{word.replace(' ', '_')}")
            yield f"<li><strong>{_text(names[0])}</strong> {meaning}</li>"


def _text(words: str) -> str:
    return escape(words, quote=False)
