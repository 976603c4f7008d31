"""What Kamal takes in its config/deploy.yml, as a JSON schema over `kamal_keys.yml`."""

from pathlib import Path
from typing import Any

import jsonschema
import yaml

KEYS: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("kamal_keys.yml").read_text()
)
TEXT = {"type": ["string", "number", "boolean"]}
TEXTS = {"type": "array", "items": TEXT}
KINDS: dict[str, dict[str, Any]] = {
    "any": {},
    "text": TEXT,
    "number": {"type": "integer"},
    "flag": {"type": "boolean"},
    "texts": TEXTS,
    "map": {"type": "object"},
    "hosts": {"type": "array", "items": {"type": ["string", "object"]}},
    "secret": {"oneOf": [{"type": "string"}, {**TEXTS, "minItems": 1, "maxItems": 1}]},
}
BY_NAME = {"roles": "role", "accessories": "accessory"}
"""Sections in which each name is one of these."""
HOSTED = ("host", "hosts", "role", "roles", "tag", "tags")
MORE: dict[str, dict[str, Any]] = {
    "configuration": {"required": ["service", "image", "servers"]},
    "builder": {"required": ["arch"]},
    "registry": {"required": ["username", "password"]},
    "accessory": {"oneOf": [{"required": [name]} for name in HOSTED]},
    "env": {"properties": {"clear": {"additionalProperties": TEXT}, "secret": TEXTS, "tags": {}}},
}
"""What its validators ask for beside keys and types (validator/*.rb)."""


def refused_by_kamal(content: object) -> list[str]:
    """What its validator would say no to, in the words of the schema."""
    schema = jsonschema.Draft202012Validator(_section("configuration"))
    return [error.message for error in schema.iter_errors(content)]


def _section(name: str) -> dict[str, Any]:
    known = {key: _kind(word) for key, word in KEYS[name].items()}
    closed = {"type": "object", "properties": known, "additionalProperties": False}
    return {**closed, **MORE.get(name, {})}


def _kind(word: str) -> dict[str, Any]:
    if word in BY_NAME:
        return {"type": "object", "additionalProperties": _section(BY_NAME[word])}
    return KINDS[word] if word in KINDS else _section(word)
