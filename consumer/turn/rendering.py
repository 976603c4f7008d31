"""From the answer's text to HTML that Campfire shows as it was meant. Pure."""

from html import escape

NEWLINE = "<br>"


def render(text: str) -> tuple[str, ...]:
    """The parts to post: escaped, with line breaks kept (campfire.md section 7)."""
    lines = escape(text.strip(), quote=False).splitlines()
    return (NEWLINE.join(_keep_indent(line) for line in lines),)


def _keep_indent(line: str) -> str:
    """Leading spaces as no-break spaces: HTML would fold them, and code lives by them."""
    bare = line.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(bare)) + bare
