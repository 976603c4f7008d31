"""How a sender proves its right: the secret, our signature, GitHub's; nothing else, no replay."""

import pytest

from ingress.outside.proof import proof, signature
from shared.errors import Unauthenticated

SECRET = "s" * 43
OTHER = "o" * 43
BODY = b'{"text": "build 7 failed"}'
NOW = 1_764_338_400.0
WHERE = "/events/ops/3"

SHOWN = {"authorization": f"Bearer {SECRET}"}
GITHUB = {"x-hub-signature-256": signature(SECRET, BODY)}


def ours(
    at: float = NOW, event_id: str = "", secret: str = SECRET, where: str = WHERE
) -> dict[str, str]:
    """The headers of our own form."""
    stamp = str(int(at))
    headers = {
        "x-event-timestamp": stamp,
        "x-event-signature": signature(secret, f"{stamp}.{event_id}.{where}.".encode() + BODY),
    }
    return headers | ({"x-event-id": event_id} if event_id else {})


@pytest.mark.parametrize(
    ("headers", "how"),
    [
        (SHOWN, "shown"),
        ({"authorization": f"bearer  {SECRET} "}, "shown"),
        (GITHUB, "signed by github"),
        (ours(), "signed"),
        (ours(event_id="build-7"), "signed"),
        (ours(NOW - 299), "signed"),
        (ours(NOW + 299), "signed"),
        (ours() | GITHUB, "signed"),
        (ours() | SHOWN, "signed"),
    ],
)
def test_the_right_secret_opens(headers: dict[str, str], how: str) -> None:
    """Shown, or proved over the raw body."""
    assert proof(headers, BODY, SECRET, NOW, where=WHERE, signed=False) == how


def test_githubs_documented_example_is_right() -> None:
    """The values of their page on validating deliveries."""
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    given = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"x-hub-signature-256": given}
    assert proof(headers, body, secret, NOW, where=WHERE, signed=True) == "signed by github"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": f"Bearer {OTHER}"},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": SECRET},
        {"authorization": "Bearer "},
        {"authorization": "Bearer ünï"},
        {"x-hub-signature-256": signature(OTHER, BODY)},
        {"x-hub-signature-256": signature(SECRET, BODY + b" ")},
        {"x-hub-signature-256": signature(SECRET, BODY).removeprefix("sha256=")},
        {"x-hub-signature-256": ""},
        {"x-hub-signature": signature(SECRET, BODY)},
        ours(NOW - 301),
        ours(NOW + 301),
        ours(secret=OTHER),
        ours(where="/events/ops/4"),
        ours(where="/events/poet/3"),
        ours() | {"x-event-timestamp": str(int(NOW) + 1)},
        ours() | {"x-event-timestamp": "now"},
        ours() | {"x-event-id": "another"},
        ours(event_id="one") | {"x-event-id": "two"},
        {"x-event-signature": signature(SECRET, BODY)},
        SHOWN | {"x-hub-signature-256": signature(OTHER, BODY)},
        SHOWN | {"x-event-signature": "sha256=0"},
        GITHUB | ours(secret=OTHER),
    ],
)
def test_all_else_does_not(headers: dict[str, str]) -> None:
    """Another secret, another body, another time or id; a wrong signature beside the secret."""
    with pytest.raises(Unauthenticated):
        proof(headers, BODY, SECRET, NOW, where=WHERE, signed=False)


@pytest.mark.parametrize("headers", [SHOWN, GITHUB, ours(), {"authorization": "Bearer "}])
def test_a_bot_without_a_secret_is_open_to_nobody(headers: dict[str, str]) -> None:
    """Nor one that takes no events, nor one that there is not."""
    with pytest.raises(Unauthenticated):
        proof(headers, BODY, None, NOW, where=WHERE, signed=False)


def test_a_file_can_ask_for_signatures() -> None:
    """Then the secret itself is not enough."""
    assert proof(GITHUB, BODY, SECRET, NOW, where=WHERE, signed=True) == "signed by github"
    with pytest.raises(Unauthenticated):
        proof(SHOWN, BODY, SECRET, NOW, where=WHERE, signed=True)


@pytest.mark.parametrize("event_id", ["", "build-7"])
def test_a_copy_of_ours_is_of_no_use_as_githubs(event_id: str) -> None:
    """What it signs is a body too, and GitHub's form has no time."""
    sent = ours(event_id=event_id)
    body = f"{sent['x-event-timestamp']}.{event_id}.".encode() + BODY
    copied = {"x-hub-signature-256": sent["x-event-signature"]}
    with pytest.raises(Unauthenticated):
        proof(copied, body, SECRET, NOW + 3600, where=WHERE, signed=False)
