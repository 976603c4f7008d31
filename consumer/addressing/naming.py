"""Whom an answer names: nobody, the asker, or the asker's own words. Pure."""

from enum import Enum

LATE_S = 60.0
"""Whoever waited longer has turned to something else; a mention is the only thing that tells them,
in a shared room. It pushes, so that nobody wants it for what they still look at."""
WHILE_S = 10.0
"""So long an answer stands right below its question in most rooms; only after it the room is asked
what was said between, which costs a request an answer."""


class Naming(Enum):
    """How an answer says whose it is."""

    # No tuples: of an empty one Python 3.11.2, Debian 12's, makes something else.
    NOBODY = frozenset[str]()
    NAME = frozenset({"name"})
    """By a mention of the asker or, where none is to be had, by their name."""
    QUOTE = frozenset({"quote"})
    """By the asked words, as Campfire's own reply button quotes them."""
    BOTH = frozenset({"quote", "name"})

    @property
    def has_name(self) -> bool:
        """Whether the asker is named."""
        return "name" in self.value

    @property
    def has_quote(self) -> bool:
        """Whether what they asked is quoted."""
        return "quote" in self.value


def naming(
    *, shared: bool, late: bool, mixed: bool | None, can_call: bool, will_draw: bool
) -> Naming:
    """The rule.

    `shared`: a room of several, no ping: there everybody is told of each post, and a name only
    says whose of several it is. `late`: the asker waited for more than LATE_S. `mixed`:
    whether others wait or spoke between question and answer, so that it may stand below somebody
    else's words; None: nobody can know (v1.4.9 has no index). `can_call`: the asker's signed id is
    known. `will_draw`: where it is not, their name will be made a mention by an edit, from which it
    is learnt for the next time.
    """
    if not mixed and not (shared and late):
        return Naming.NOBODY
    if can_call or mixed is False:
        return Naming.NAME
    return Naming.BOTH if will_draw else Naming.QUOTE
