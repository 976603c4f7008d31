"""The recordings, read with our signatures in place of the recorded Campfire's.

Both have the same form and length, so that after this everything can be compared as it is.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.rails.signed_ids import avatar_path, sgid_of

FOLDER = Path(__file__).resolve().parents[4] / "recordings"
MODES: dict[Mode, str] = {"main": "main", "v1.4.9": "v149"}

Json = dict[str, Any]

_SGID = re.compile(r"eyJfcmFpbHMiOnsiZGF0YSI6Imdp[A-Za-z0-9_=-]*?--[0-9a-f]{40}")
_AVATAR = re.compile(r"/users/eyJ[A-Za-z0-9_-]*?--[0-9a-f]{64}/avatar\?v=\d{14}")
_RECORDED_SIGNATURES = {
    1: "ed90ae385cf94bd3f4ed4f768e8674d2ef263070",
    2: "438054e049ca98a41957da464a2a636adebbf428",
    3: "431fcfe56ef72cfde16dd5e402d553cd171e5934",
    4: "8910d12adb5411ee29b34e2008877b1795ae8fbc",
    5: "454e11117bb0ce2b855b205dc2b95210b175cec9",
    6: "0e280f2ef6f8094f157eb0631492453e14d6082a",
    7: "17de360dfcb76b3482d6429658f01ca77e2fe362",
    8: "d03ca31b3cbf16a4e5d76131fa3a072874212fef",
    9: "92d5ff03202b835726d5f38f34d91a2d80f6773b",
}
"""The right signature of each user's sgid in the recorded Campfire (both releases)."""


@cache
def _ours() -> dict[str, str]:
    recorded = _RECORDED_SIGNATURES.items()
    return {f"{sgid_of(i).split('--')[0]}--{signature}": sgid_of(i) for i, signature in recorded}


@cache
def _our_avatars() -> dict[str, str]:
    return {_avatar_data(avatar_path(i)): avatar_path(i) for i in range(1, 30)}


def names(mode: Mode, kinds: str) -> list[str]:
    """The cases of these kinds (`a`, `p`, `r`, `w`), without the release's suffix.

    Raises `FileNotFoundError` when there are none: a missing folder must not pass.
    """
    files = sorted((FOLDER / MODES[mode]).glob(f"[{kinds}][0-9]*.json"))
    if not files:
        raise FileNotFoundError(f"There are no recordings of {mode} in {FOLDER}.")
    return [file.stem.removesuffix("_v149") for file in files]


@cache
def short_form(kinds: str) -> frozenset[tuple[Mode, str]]:
    """What `make test` replays of these kinds: each case once, in the releases by turns."""
    of = {mode: set(names(mode, kinds)) for mode in MODES}
    chosen = []
    for number, name in enumerate(sorted(set().union(*of.values()))):
        modes = [mode for mode in MODES if name in of[mode]]
        chosen.append((modes[number % len(modes)], name))
    return frozenset(chosen)


def load(mode: Mode, name: str) -> Json:
    """One recording."""
    suffix = "" if mode == "main" else "_v149"
    text = (FOLDER / MODES[mode] / f"{name}{suffix}.json").read_text(encoding="utf-8")
    return _in_order(name, json.loads(translated(text)))


def translated(text: str) -> str:
    """The same text with our signatures."""
    text = _SGID.sub(lambda match: _ours().get(match[0], match[0]), text)
    return _AVATAR.sub(lambda match: _our_avatars()[_avatar_data(match[0])], text)


def _in_order(name: str, recording: Json) -> Json:
    """Of what was done at the same moment, the order is that of the ids, not of the recorder."""
    if name.startswith(("w37", "w38")):
        recording["webhook_requests"].sort(key=lambda r: int(r["body_json"]["message"]["id"]))
    if name.startswith(("a152", "a153")):
        pairs = zip(recording["requests"], recording["responses"], strict=True)
        by = sorted(pairs, key=lambda pair: _place(*pair))
        recording["requests"], recording["responses"] = map(list, zip(*by, strict=True))
    return recording


def _place(request: Json, response: Json) -> str:
    return str(dict(map(tuple, response["headers"])).get("location") or request["body"])


def _avatar_data(path: str) -> str:
    return path.split("/")[2].split("--")[0]
