"""What `help` says: who the bot is, what its file lets it do, and what one can type. Pure."""

from collections.abc import Iterator, Sequence
from html import escape

from consumer.control_words.abilities import abilities, limits, needing_a_yes
from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import CONTROL_WORDS, NUMBERED, names_of

IN_A_SENTENCE = 3
"""Things a bot can do; more are a list."""


def introduction(bot: Bot, sentences: Catalogue, asked_first: Sequence[str] = ()) -> str:
    """As HTML, from the bot's file alone; `asked_first`: the tools that wait for a person's yes."""
    lines = [sentences.say("control.name", bot=_text(bot.name))]
    if bot.help is not None:
        lines.append(_text(bot.help.strip()).replace("\n", "<br>"))
    lines.append(_skills(bot, sentences))
    if asked_first:
        asked = [_text(it) for it in needing_a_yes(asked_first, sentences)]
        lines.append(sentences.say("control.asked_first", tools=sentences.listed(asked)))
    lines.append(_limits(bot, sentences))
    words = "".join(_words(bot, sentences))
    if words:
        lines.append(sentences.say("control.words"))
    paragraphs = "".join(f"<div>{line}</div>" for line in lines)
    return f"{paragraphs}<ul>{words}</ul>" if words else paragraphs


def _skills(bot: Bot, sentences: Catalogue) -> str:
    """A sentence, or a list where it would be a long one."""
    can = [_text(ability) for ability in abilities(bot, sentences)]
    if not can:
        return sentences.say("control.no_tools")
    if len(can) <= IN_A_SENTENCE:
        return sentences.say("control.tools", tools=sentences.listed(can))
    items = "".join(f"<li>{ability}</li>" for ability in can)
    return f"{sentences.say('control.tools_list')}<ul>{items}</ul>"


def _limits(bot: Bot, sentences: Catalogue) -> str:
    said = sentences.say("comma").join(limits(bot, sentences))
    return sentences.say("control.limits", limits=said)


def _words(bot: Bot, sentences: Catalogue) -> Iterator[str]:
    for word in CONTROL_WORDS:
        if names := names_of(word, bot.word_names, sentences):
            meaning = sentences.say(f"control.help.{word.replace(' ', '_')}")
            typed = f"{names[0]} 2" if word in NUMBERED else names[0]
            yield f"<li><strong>{_text(typed)}</strong> {meaning}</li>"


def _text(words: str) -> str:
    return escape(words, quote=False)
