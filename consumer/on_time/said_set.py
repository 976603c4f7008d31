"""What the room is told of a reminder that is set: its time, in whose zone, its words. Pure.

It stands in an answer of the agent's: the words as code, for they are text and mention nobody.
"""

from consumer.local_time import zone_in_words
from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import names_of
from shared.on_time import Reminder


def said_set(reminder: Reminder, bot: Bot, sentences: Catalogue) -> str:
    """What the room is told of one; with how to take it away, where people can."""
    at, words = reminder.due, reminder.text.replace("`", "'").replace("\n", " ")
    told = sentences.say(
        "on_time.set_run" if reminder.run else "on_time.set",
        number=reminder.number,
        when=f"{at:%Y-%m-%d %H:%M}",
        zone=zone_in_words(at),
        words=f"`{words}`",
    )
    names = names_of("cancel reminder", bot.word_names, sentences)
    if not names:
        return told
    hint = sentences.say("forget_hint", forget=names[0], number=reminder.number)
    return f"{told} {hint}"
