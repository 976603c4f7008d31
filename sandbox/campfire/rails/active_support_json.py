"""JSON as ActiveSupport writes it: in webhooks, in the bot API's answers, in push notices."""

import json

_HTML_IN_JSON = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
"""What ActiveSupport escapes in JSON on top of JSON's own rules."""


def rails_json(value: object) -> str:
    """JSON as `to_json` writes it: compact, raw UTF-8, `<>&` escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_HTML_IN_JSON.get(character, character) for character in text)
