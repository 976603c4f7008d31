"""What rooms are told of requests, in the service's own words, as HTML. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from consumer.local_time import clock, zone_in_words
from consumer.names import name_html, names_html
from shared.approvals import Request, canonical, visible
from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import ControlWord, names_of

SHOWN = 400
"""Characters of an input that the room sees; how many more there are is said."""
MOST_FIELDS = 12
POST_BYTES = 3_000
"""Of plain text in one post: with what stands around it it still makes a push notice."""
MOST_NAMED = 6
"""Approvers that are named one by one."""


class RequestTexts:
    """Makes them in one language, with people's names as far as they are known."""

    def __init__(
        self,
        sentences: Catalogue,
        names: Callable[[], Mapping[int, str]],
        now: Callable[[], datetime],
    ) -> None:
        """`names`: what people are called, as far as it is known, by user id."""
        self._sentences, self._names, self._now = sentences, names, now

    def say(self, name: str, **values: object) -> str:
        """A sentence about requests."""
        return self._sentences.say(f"approval.{name}", **values)

    def asked(self, requests: Sequence[Request], bot: Bot) -> list[str]:
        """The posts that ask for a person's word."""
        return _posts([self._question(request, bot) for request in requests])

    def shown(self, request: Request, bot: Bot) -> tuple[str, str | None]:
        """The post that shows all of its input, and the input where that is too long for a post."""
        text = visible(json.dumps(json.loads(request.input), indent=2, ensure_ascii=False))
        head = f"<div>{self._title(request)}</div><div>{self.state(request, bot)}</div>"
        if len(text.encode()) <= POST_BYTES:
            return f"{head}<pre>{_text(text)}</pre>", None
        more = self.say("in_the_file", count=f"{len(text):,}")
        return f"{head}<div>{more}</div>", text

    def state(self, request: Request, bot: Bot) -> str:
        """What is said of a request now: how to answer it, or what became of it."""
        if request.state == "open":
            return self._how_to_answer(request, bot)
        return self.became(request)

    def became(self, request: Request) -> str:
        """What came of it, in a sentence that names its number."""
        kind = f"{request.state}_{request.why}" if request.why else request.state
        return self.say(
            f"is.{kind}",
            number=request.number,
            by=name_html(request.by_name, self._sentences),
            **self._when(request.expires_ms),
        )

    def approved(self, request: Request) -> str:
        """What a yes is told: what it has run, so that a slip in the number is seen at once."""
        tool = f"<strong>{_text(_tool(request.tool))}</strong>"
        runs = self.say("runs_now", tool=tool)
        return f"<div>{self.became(request)} {runs}</div><pre>{self._shortened(request)}</pre>"

    def ended(self, requests: Sequence[Request]) -> list[str]:
        """Posts that tell of what came to an end."""
        return _posts([f"<div>{self.became(request)}</div>" for request in requests])

    def people(self, request: Request) -> str:
        """Who may answer."""
        ids = request.approvers[:MOST_NAMED]
        shown = names_html(self._known(request, ids), self._sentences)
        more = len(request.approvers) - len(ids)
        return self.say("and_more", people=shown, count=more) if more else shown

    def _known(self, request: Request, ids: Sequence[int]) -> Iterator[str]:
        names = {**self._names(), request.asker_id: request.asker_name}
        for user_id in ids:
            yield names.get(user_id) or self.say("person", number=user_id)

    def _question(self, request: Request, bot: Bot) -> str:
        return (
            f"<div>{self._title(request)}</div>"
            f"<pre>{self._shortened(request)}</pre>"
            f"<div>{self._how_to_answer(request, bot)}</div>"
        )

    def _title(self, request: Request) -> str:
        asker = name_html(request.asker_name, self._sentences)
        tool = f"<strong>{_text(_tool(request.tool))}</strong>"
        return self.say("title", number=request.number, tool=tool, asker=asker)

    def _shortened(self, request: Request) -> str:
        """Of a long one each field's beginning: no long one hides a short one behind it."""
        text = visible(request.input)
        if len(text) <= SHOWN:
            return _text(text)
        lines = list(_beginnings(json.loads(request.input)))
        cut = len(text) - sum(len(line) for line in lines)
        return _text("\n".join(lines)) + f"\n{self.say('cut', count=f'{max(cut, 1):,}')}"

    def _how_to_answer(self, request: Request, bot: Bot) -> str:
        typed = {f"say_{word}": self._typed(word, bot, request.number) for word in _WORDS}
        people = self.people(request)
        return self.say("answer", people=people, **typed, **self._when(request.expires_ms))

    def _typed(self, word: ControlWord, bot: Bot, number: int) -> str:
        names = names_of(word, bot.word_names, self._sentences)
        return f"<strong>{_text(names[0] if names else word)} {number}</strong>"

    def _when(self, at_ms: int) -> dict[str, str]:
        now = self._now()
        at = datetime.fromtimestamp(at_ms / 1000, now.tzinfo)
        return {"time": clock(at, now), "zone": zone_in_words(at)}


_WORDS: tuple[ControlWord, ...] = ("yes", "no", "show")


def _beginnings(values: Mapping[str, object]) -> Iterator[str]:
    """A line for each field, the short ones first."""
    fields = [
        (visible(json.dumps(name, ensure_ascii=False)), visible(canonical(value)))
        for name, value in values.items()
    ]
    by_length = sorted(fields, key=lambda field: len(field[0] + field[1]))
    for number, (name, value) in enumerate(by_length[:MOST_FIELDS]):
        most = SHOWN // 2 if number < 2 else SHOWN // MOST_FIELDS
        shown = value if len(value) <= most else f"{value[:most]}…"
        yield f"{name[: SHOWN // MOST_FIELDS]}: {shown}"


def _tool(name: str) -> str:
    """`close (tickets)` of `mcp__tickets__close`."""
    source, _, tool = name.removeprefix("mcp__").partition("__")
    return f"{tool} ({source})" if tool and name.startswith("mcp__") else name


def _posts(pieces: Sequence[str]) -> list[str]:
    """As few as they fit into."""
    posts: list[str] = []
    for piece in pieces:
        if posts and len((posts[-1] + piece).encode()) <= POST_BYTES:
            posts[-1] += piece
        else:
            posts.append(piece)
    return posts


def _text(words: str) -> str:
    return escape(words, quote=False)
