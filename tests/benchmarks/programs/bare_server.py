"""`python -m tests.benchmarks.programs.bare_server STATUS`: an app that answers empty, and no more.

Under the same uvicorn and the same options as the ingress; listens on PORT. What is not posted it
does not know, as a Campfire whose bots can but post (docs/campfire.md, "Releases").
"""

import os
import sys
from functools import partial

import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from ingress.connections.http import BoundedHttp
from ingress.connections.places import Places


def main() -> None:
    """Serve until a signal."""
    status = int(sys.argv[1])
    headers = [] if status == 204 else [(b"content-length", b"0"), (b"location", b"/messages/1")]

    async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": status if scope["type"] == "http" and scope["method"] == "POST" else 404,
                "headers": headers,
                "trailers": False,
            }
        )
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    uvicorn.run(
        app,
        port=int(os.environ["PORT"]),
        http=partial(BoundedHttp, Places(1024)),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
