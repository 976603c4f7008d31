"""What an answer may be: nothing that Campfire would post, but of the deliberate kinds. Pure."""

from collections import Counter
from dataclasses import dataclass, field

DELIBERATE = (
    b'{"status":"ok"}',  # /health
    b"ready\n",
    b'{"total":',  # /queue/stats
    b'{"active_sessions":',  # /session/stats
)


@dataclass(slots=True)
class Judge:
    """Counts what came back, and keeps what must not."""

    statuses: Counter[int] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def read(self, sent: bytes, raw: bytes, *, cut: bool = False) -> None:
        """All that came back on one connection; `cut`: we hung up, the last may be half."""
        while raw:
            head, end, rest = raw.partition(b"\r\n\r\n")
            if cut and not end:
                return
            status = _status(head)
            if status is None:
                self.complaints.append(f"no HTTP: {raw[:200]!r} to {sent[:300]!r}")
                return
            headers = _headers(head)
            size = int(headers.get(b"content-length", 0)) if status != 101 else len(rest)
            if cut and len(rest) < size:
                self.statuses[status] += 1
                return
            self._judge(sent, status, headers, rest[:size] if status != 101 else b"")
            raw = rest[size:]

    def _judge(self, sent: bytes, status: int, headers: dict[bytes, bytes], body: bytes) -> None:
        self.statuses[status] += 1
        of_a_reader = status == 200 and body.startswith(DELIBERATE)
        of_the_room = status == 200 and b"x-for-the-room" in headers
        if (body or b"content-type" in headers) and not (of_a_reader or of_the_room):
            self.complaints.append(f"{status} with {body[:200]!r} {headers} to {sent[:300]!r}")
        if status >= 500 and b"x-not-ready" not in headers:
            self.complaints.append(f"{status} to {sent[:300]!r}")


def _status(head: bytes) -> int | None:
    words = head.split(b"\r\n")[0].split(b" ")
    known = words[0].startswith(b"HTTP/1.") and len(words) > 1 and words[1].isdigit()
    return int(words[1]) if known else None


def _headers(head: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in lines}
