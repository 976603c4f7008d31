"""The stand-in's vocabulary: from the text a person typed to the script of one answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One tool the answer calls: its name and the words (or JSON) for its input."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How one message is to be answered; the default is a friendly answer at once."""

    seconds: float = 0.0
    length: int | None = None
    tools: tuple[ToolCall, ...] = ()
    loop: ToolCall | None = None
    status: int | None = None
    status_times: int | None = None
    """How often the status is answered before the request succeeds; None: always."""
    reset_times: int = 0
    cut_times: int = 0
    refused: bool = False
    hang: bool = False
    markdown: bool = False
    full: int | None = None
    echo: str | None = None


def read_script(text: str) -> Script:
    """The script of the last line that was typed and holds any word of the vocabulary."""
    for line in reversed(_lines(typed_words(text))):
        script = _script_of_line(line)
        if script is not None:
            return script
    return Script()


def typed_words(text: str) -> str:
    """What the person typed: the prompt without the facts in [brackets] and the talk above it.

    A prompt that names a boundary holds it between tags of that word, behind a line of its own.
    """
    if (boundary := _BOUNDARY.match(text)) is None:
        return _FACTS.sub("", text).strip()
    asked = text.rpartition(f"{boundary[0]}\n")[2]
    word = re.escape(boundary["word"])
    return "\n\n".join(
        re.findall(rf"^<{word}>\n(.*?)\n</{word}>$", asked, re.DOTALL | re.MULTILINE)
    )


ALWAYS = 1_000_000
"""More often than any client retries."""

_PREFIX = re.compile(r"^(?:<[^<>]*>|[^\s:<>][^:<>]{0,60}:\s|@\S+\s|\[[^\]]*\]\s*|>\s*|\s)+")
_FACTS = re.compile(r"\A(?:\s*\[[^\]\n]*\][ \t]*\n(?:[<>] [^\n]*\n)*)+|\A\s*@\S+\s")
_BOUNDARY = re.compile(r"\A\[boundary: (?P<word>[0-9a-f]+)\]")
_CLOSING = re.compile(r"(?:\s*</[^<>]*>)+\s*$")
_GREEDY = re.compile(r"echo\s|(?:tool|loop)\s+\w+\s+\{", re.IGNORECASE)
_TIMES = r"(?:\s+(?P<times>once|twice|[0-9]{1,9}\s+times))?"


def _lines(text: str) -> list[str]:
    stripped = (_CLOSING.sub("", line).strip() for line in text.splitlines())
    return [line for line in stripped if line]


def _script_of_line(line: str) -> Script | None:
    """The line as a script, with or without a prefix; None when a part is no word of ours."""
    for candidate in (line, _PREFIX.sub("", line)):
        script: Script | None = Script()
        for part in _parts(candidate):
            script = _apply(part, script) if script is not None else None
        if script is not None and script != Script():
            return script
    return None


def _parts(line: str) -> list[str]:
    """The commands of a line; `echo` and a tool's JSON take the rest of it, semicolons and all."""
    parts = [part.strip() for part in line.split(";")]
    for index, part in enumerate(parts):
        if _GREEDY.match(part):
            rest = line.split(";", index)[index].strip()
            return [*parts[:index], rest]
    return parts


def _apply(part: str, script: Script) -> Script | None:
    for pattern, change in _VOCABULARY:
        found = pattern.fullmatch(part)
        if found is not None:
            return change(script, found)
    return None


def _slow(script: Script, found: re.Match[str]) -> Script:
    return replace(script, seconds=float(found["seconds"]))


def _long(script: Script, found: re.Match[str]) -> Script:
    return replace(script, length=int(found["length"]))


def _tool(script: Script, found: re.Match[str]) -> Script:
    call = ToolCall(name=found["name"], words=found["words"] or "")
    if found["verb"].lower() == "loop":
        return replace(script, loop=call)
    return replace(script, tools=(*script.tools, call))


def _error(script: Script, found: re.Match[str]) -> Script:
    return replace(script, status=int(found["status"]), status_times=_times(found))


def _reset(script: Script, found: re.Match[str]) -> Script:
    return replace(script, reset_times=_times(found) or ALWAYS)


def _cut(script: Script, found: re.Match[str]) -> Script:
    return replace(script, cut_times=_times(found) or 1)


def _full(script: Script, found: re.Match[str]) -> Script:
    return replace(script, full=int(found["tokens"]))


def _echo(script: Script, found: re.Match[str]) -> Script:
    return replace(script, echo=found["words"])


def _refused(script: Script, _: re.Match[str]) -> Script:
    return replace(script, refused=True)


def _hang(script: Script, _: re.Match[str]) -> Script:
    return replace(script, hang=True)


def _markdown(script: Script, _: re.Match[str]) -> Script:
    return replace(script, markdown=True)


def _times(found: re.Match[str]) -> int | None:
    words = found["times"]
    if words is None:
        return None
    return {"once": 1, "twice": 2}.get(words.lower()) or int(words.split()[0])


Change = Callable[[Script, re.Match[str]], Script]


_STATUS = "400|401|403|404|413|429|500|502|503|529"
_VOCABULARY: tuple[tuple[re.Pattern[str], Change], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), change)
    for pattern, change in (
        (r"slow\s+(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,9})?)s?", _slow),
        (r"long\s+(?P<length>\d{1,7})", _long),
        (r"(?P<verb>tool|loop)\s+(?P<name>\w+)(?:\s+(?P<words>.+))?", _tool),
        (rf"error\s+(?P<status>{_STATUS}){_TIMES}", _error),
        (rf"reset{_TIMES}", _reset),
        (rf"cut{_TIMES}", _cut),
        (r"full\s+(?P<tokens>\d{1,8})", _full),
        (r"echo\s+(?P<words>.+)", _echo),
        (r"refused", _refused),
        (r"hang", _hang),
        (r"markdown", _markdown),
    )
)
