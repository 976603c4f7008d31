"""The child: bounds itself, reads one page from standard input, tells its text, ends.

python -m consumer.web.reading_child CPU_SECONDS MEMORY_MB
"""

import json
import os
import re
import resource
import signal
import sys

from consumer.documents.charset import decoded, named_in_page
from consumer.documents.limits import MIB, limit_this_process
from consumer.web.html_text import html_text

_HTML = ("text/html", "application/xhtml+xml")
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)


def main() -> None:
    """Tell a JSON list: the title, the text, and whether it is cut."""
    bound(cpu_seconds=int(sys.argv[1]), memory_mb=int(sys.argv[2]))
    head = json.loads(sys.stdin.buffer.readline())
    told = page_text(sys.stdin.buffer.read(), head["type"], head["address"], cut=head["cut"])
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # nobody waits for a million nodes to be taken down


def bound(*, cpu_seconds: int, memory_mb: int) -> None:
    """Bound this process, which is ended when it passes its bounds."""
    limit_this_process(
        memory_mb,
        (resource.RLIMIT_AS, memory_mb * MIB),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 64),
    )
    signal.alarm(60)  # a parent that was killed ends nobody
    os.nice(5)


def page_text(data: bytes, content_type: str, address: str, *, cut: bool) -> tuple[str, str, bool]:
    """The title and the text of what came as `content_type`, and whether there is more of it;
    `cut`: only its beginning came."""
    named = _IN_HEADER.search(content_type)
    charset = named[1] if named else ""
    if not content_type.strip().lower().startswith(_HTML):
        return "", decoded(data, charset, cut=cut), cut
    title, text, longer = html_text(decoded(data, charset or named_in_page(data), cut=cut), address)
    return title, text, cut or longer


if __name__ == "__main__":
    main()
