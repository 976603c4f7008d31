"""Requests as bytes, drawn from a seed: good ones, odd ones, and what is no HTTP at all. Pure."""

import json
from dataclasses import dataclass
from random import Random

METHODS = (
    *(["GET"] * 6 + ["POST"] * 8 + ["DELETE"] * 2),
    *("HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PRI", "BREW", "get", ""),
)
PATHS = (
    *(
        "/webhook",
        "/webhook/assistant",
        "/webhook/nobody",
        "/webhook/assistant/",
        "/webhook?bot_id=x",
    ),
    *("/health", "/ready", "/queue/stats", "/session/stats", "/sessions?all", "/sessions?room=1"),
    *(
        "/sessions",
        "/sessions/1/assistant",
        "/jobs/x",
        "/lanes/1/assistant/link?rights=talk&name=A",
    ),
    *("/lanes/1/assistant/link?hours=nan", "/lanes/9/assistant/nothing", "/docs", "/openapi.json"),
    *(
        "/",
        "//",
        "*",
        "x",
        "/%00",
        "/%ff%fe",
        "/..%2f..%2fetc/passwd",
        "http://x/health",
        "http://",
    ),
    *("http://[::1", "/lanes/99999999999999999999/assistant/link", "/lanes/-1/x/events", "/\xff"),
)
HEADERS = (
    *(
        "Content-Type: application/json",
        "Content-Type: multipart/form-data; boundary=x",
        "Accept: */*",
    ),
    *("Origin: https://evil.example", "Origin: null", "Expect: 100-continue", "Expect: nonsense"),
    *(
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
        "Content-Length: 5",
        "Content-Length: -1",
    ),
    *("Content-Length: 99999999999999999999", "Connection: keep-alive", "Connection: Upgrade"),
    *("Upgrade: websocket", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "Cookie: a=b; c"),
    *("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", "Host: other"),
    *(
        "Sec-WebSocket-Version: 7",
        "Sec-WebSocket-Key: x",
        "Range: bytes=0-1",
        "X-For-The-Room: yes",
    ),
    *("Authorization: Bearer wrong", "Authorization: Basic eDp4", "Authorization:", " folded: x"),
    *(
        "no colon",
        ": no name",
        "X: \x00",
        "X: \xff\xfe",
        "X-Forwarded-For: 127.0.0.1",
        "TE: trailers",
    ),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens doors; half of the requests have it."""

    bot: str
    webhook: str
    admin: str


@dataclass(frozen=True, slots=True)
class Request:
    """One connection's bytes."""

    sent: bytes
    is_whole: bool
    """It has to be answered; of the others nobody can say where they end."""


def request(random: Random, keys: Keys) -> Request:
    """The next one."""
    kind = random.random()
    if kind < 0.45:
        return Request(_delivery(random, keys), is_whole=True)
    if kind < 0.6:
        return Request(_plain(random, keys), is_whole=True)
    if kind < 0.63:
        return Request(random.randbytes(random.randrange(1, 400)), is_whole=False)
    whole = _odd(random, keys)
    if kind < 0.73:
        whole = whole[: random.randrange(len(whole))]
    elif kind < 0.83:
        whole = _damaged(random, whole)
    elif kind < 0.86:
        whole *= random.randrange(2, 5)
    return Request(whole, is_whole=False)


def _delivery(random: Random, keys: Keys) -> bytes:
    """What Campfire sends, or nearly."""
    key = keys.bot if random.random() < 0.5 else random.choice(["7-wrong", "", "x" * 300])
    odd = random.random() < 0.3
    room = random.choice([0, -1, 2**63, "x", None, 1.5]) if odd else random.randrange(1, 300)
    name = random.choice(["", 5, "\ud800"]) if odd else "Ada"
    said: dict[str, object] = {
        "user": {"id": random.choice([None, "x", -5]) if odd else 1, "name": name},
        "room": {"id": room, "name": "Room", "path": f"/rooms/{room}/{key}/messages"},
        "message": {"id": random.randrange(10**9), "body": {"plain": _text(random), "html": "x"}},
    }
    if odd:
        said[random.choice(list(said))] = random.choice([None, [], {}, "x", 5, {"id": {}}])
    body = json.dumps(said).encode()
    if random.random() < 0.1:
        body = _damaged(random, body)
    if random.random() < 0.02:
        body += b" " * random.choice([2**20 - len(body), 2**20])
    token = random.choice(["", "", f"?token={keys.webhook}", "?token=wrong", "?token="])
    return _framed(random, f"POST /webhook/assistant{token} HTTP/1.1", ["Host: x"], body)


def _plain(random: Random, keys: Keys) -> bytes:
    """A method and a path of ours, and half of the time the token."""
    method = random.choice(["GET", "GET", "GET", "POST", "DELETE", "HEAD", "OPTIONS"])
    path = random.choice([path for path in PATHS if path.startswith("/") and path.isascii()])
    token = keys.admin if random.random() < 0.5 else "wrong"
    return _framed(
        random, f"{method} {path} HTTP/1.1", ["Host: x", f"Authorization: Bearer {token}"], b""
    )


def _odd(random: Random, keys: Keys) -> bytes:
    """Any method, any target, any headers, with the right key or without."""
    headers = ["Host: x", *random.sample(HEADERS, random.choice([0, 0, 1, 1, 2, 4]))]
    if random.random() < 0.5:
        headers.append(f"Authorization: Bearer {keys.admin}")
    random.shuffle(headers)
    version = random.choice(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "http/1.1", ""])
    line = f"{random.choice(METHODS)} {random.choice(PATHS)} {version}"
    return _framed(random, line, headers, random.randbytes(random.choice([0, 0, 0, 5, 300])))


def _framed(random: Random, line: str, headers: list[str], body: bytes) -> bytes:
    """Most with a right length, some in chunks with trailers, some without either."""
    how = random.random()
    if body and how < 0.2:
        parts = (body[at : at + 997] for at in range(0, len(body), 997))
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        body += (
            b"0\r\n" + random.choice([b"", b"X: y\r\n", b"X: " + b"y" * 999 + b"\r\n"]) + b"\r\n"
        )
        headers = [*headers, "Transfer-Encoding: chunked"]
    elif body:
        headers = [*headers, f"Content-Length: {len(body)}"]
    head = "\r\n".join([line, *headers, "Connection: close", "", ""])
    return head.encode("latin-1") + body


def _text(random: Random) -> str:
    return random.choice(["hello", "stop", "new", "", "x" * 5000, "\0", "🛑", "<b>", "a\nb"])


def _damaged(random: Random, whole: bytes) -> bytes:
    found = bytearray(whole)
    for _ in range(random.randrange(1, 6)):
        found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)
