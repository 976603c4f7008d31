"""`/play tada`: a message that is only this is a sound. Campfire has some sixty, we one."""

import re

_PLAY = re.compile(r"\A(?:<(?:p|div)>)?/play (\w+)(?:</(?:p|div)>)?\Z")
_SOUNDS = {"tada": "plays a fanfare 🎏"}


def sound_html(shown: str) -> str | None:
    """What the page shows of a sound (w24, a146); None for any other body."""
    match = _PLAY.match(shown)
    words = _SOUNDS.get(match[1]) if match else None
    if words is None:
        return None
    return f'<div class="sound"><button class="btn btn--plain">🔊</button>{words}</div>'
