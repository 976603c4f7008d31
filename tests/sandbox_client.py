"""The tests' side of `/sandbox/…`: write as a person, wait for answers, order faults.

```python
async with SandboxClient(server.url) as sandbox:
    asked = await sandbox.post(room_id=2, text="hello", mentions=["assistant"])
    answer = await sandbox.wait_for_message(2, after=asked["id"], creator_id=3)
    await sandbox.order_fault(kind="drop", when="after", method="POST", times=2)
    calls = await sandbox.calls()
```

Every method raises `httpx.HTTPStatusError` when the sandbox refuses.
"""

import base64
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]


class NothingCame(AssertionError):
    """Within {seconds} s no message came into room {room_id} that was waited for."""

    def __init__(self, room_id: int, seconds: float, seen: list[Json]) -> None:
        texts = [message["body"]["plain_text"] for message in seen]
        super().__init__(
            f"Within {seconds} s no message came into room {room_id} that was waited for; "
            f"there were: {texts}"
        )


class SandboxClient:
    """Drives one sandbox; use as an async context manager."""

    def __init__(self, base_url: str) -> None:
        # An idle connection goes before the server hangs up on it, after 5 s: both at once is lost.
        limits = httpx.Limits(keepalive_expiry=2)
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=130, trust_env=False, limits=limits
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def directory(self) -> Json:
        """`{"mode", "people": [{id, name, role, active, bot_id}], "rooms": [{id, kind, name,
        member_ids, unread_ids, involvements}]}`."""
        return await self._json("GET", "/sandbox/directory")  # type: ignore[no-any-return]

    async def direct_room_id(self, bot_id: str, person_id: int = 1) -> int:
        """The room where this person and this bot are alone."""
        directory = await self.directory()
        bot = next(person["id"] for person in directory["people"] if person["bot_id"] == bot_id)
        members = sorted([person_id, bot])
        return next(
            int(room["id"])
            for room in directory["rooms"]
            if room["kind"] == "direct" and sorted(room["member_ids"]) == members
        )

    async def post(
        self,
        room_id: int,
        text: str | None = None,
        *,
        html: str | None = None,
        mentions: Sequence[int | str] = (),
        user_id: int = 1,
    ) -> Json:
        """Write as a person: typed `text` or editor's `html`; `mentions` are bot or user ids."""
        form = {
            "room_id": room_id,
            "user_id": user_id,
            "text": text,
            "html": html,
            "mentions": [*mentions],
        }
        return await self._json("POST", "/sandbox/messages", form)  # type: ignore[no-any-return]

    async def post_file(
        self,
        room_id: int,
        filename: str,
        data: bytes,
        content_type: str = "application/octet-stream",
        *,
        html: str | None = None,
        user_id: int = 1,
    ) -> Json:
        """Upload a file as a person."""
        encoded = base64.b64encode(data).decode()
        file = {"filename": filename, "content_type": content_type, "data": encoded}
        form = {"room_id": room_id, "user_id": user_id, "html": html, "file": file}
        return await self._json("POST", "/sandbox/messages", form)  # type: ignore[no-any-return]

    async def messages(self, room_id: int, *, after: int = 0, wait: float = 0) -> list[Json]:
        """A room's messages newer than `after`, oldest first; waits up to `wait` s for a first.

        The bot API's JSON, and `stored_html`, `shown_html`, `attachment`, `boosts`.
        """
        path = f"/sandbox/rooms/{room_id}/messages?after={after}&wait={wait}"
        return await self._json("GET", path)  # type: ignore[no-any-return]

    async def wait_for_message(
        self,
        room_id: int,
        *,
        after: int = 0,
        creator_id: int | None = None,
        such_that: Callable[[Json], bool] = lambda message: True,
        timeout: float = 30.0,
    ) -> Json:
        """The first message newer than `after`, of this creator, that fits. Woken, not polling.

        Raises `NothingCame` after `timeout` seconds.
        """
        deadline, newest = time.monotonic() + timeout, after
        while (left := deadline - time.monotonic()) > 0:
            for message in await self.messages(room_id, after=newest, wait=left):
                newest = message["id"]
                if creator_id in (None, message["creator"]["id"]) and such_that(message):
                    return message
        raise NothingCame(room_id, timeout, await self.messages(room_id, after=after))

    async def create_room(
        self, name: str | None = None, *, kind: str = "open", member_ids: Sequence[int] = (1,)
    ) -> Json:
        """A new room; bots are in it only when it is open, or named."""
        form = {"name": name, "kind": kind, "member_ids": [*member_ids]}
        return await self._json("POST", "/sandbox/rooms", form)  # type: ignore[no-any-return]

    async def delete_room(self, room_id: int) -> None:
        """Take a room away."""
        await self._json("DELETE", f"/sandbox/rooms/{room_id}")

    async def add_member(self, room_id: int, person_id: int) -> None:
        """Let somebody into a room."""
        await self._json("PUT", f"/sandbox/rooms/{room_id}/members/{person_id}")

    async def remove_member(self, room_id: int, person_id: int) -> None:
        """Show somebody out of a room."""
        await self._json("DELETE", f"/sandbox/rooms/{room_id}/members/{person_id}")

    async def involve(self, room_id: int, person_id: int, involvement: str) -> None:
        """Set what a member is told of: `everything`, `mentions`, `nothing`, `invisible`."""
        path = f"/sandbox/rooms/{room_id}/members/{person_id}/involvement"
        await self._json("PUT", path, {"involvement": involvement})

    async def change_bot(self, bot_id: str, **changes: str | bool) -> None:
        """Change `token`, `webhook_url` or `active` of a bot."""
        await self._json("PATCH", f"/sandbox/bots/{bot_id}", changes)

    async def change_mode(self, mode: str) -> None:
        """Become `main` or `v1.4.9`."""
        await self._json("PUT", "/sandbox/mode", {"mode": mode})

    async def order_fault(self, **fault: Any) -> None:
        """Order a fault: the fields of `sandbox.campfire.bot_api.faults.Fault`."""
        await self._json("POST", "/sandbox/faults", fault)

    async def clear_faults(self) -> None:
        """Cancel the faults that still wait."""
        await self._json("DELETE", "/sandbox/faults")

    async def calls(self) -> list[Json]:
        """Every bot API call, oldest first: the fields of `BotCall`."""
        return await self._json("GET", "/sandbox/calls")  # type: ignore[no-any-return]

    async def clear_calls(self) -> None:
        """Forget the calls so far."""
        await self._json("DELETE", "/sandbox/calls")

    async def deliveries(self) -> list[Json]:
        """Every webhook delivery with its answer, oldest first: the fields of `Delivery`."""
        return await self._json("GET", "/sandbox/deliveries")  # type: ignore[no-any-return]

    async def pushes(self) -> list[Json]:
        """Every notice that Campfire would push, oldest first: the fields of `Push`.

        `sent` is False for one that is too large to leave Campfire.
        """
        return await self._json("GET", "/sandbox/pushes")  # type: ignore[no-any-return]

    async def clear_pushes(self) -> None:
        """Forget the notices so far."""
        await self._json("DELETE", "/sandbox/pushes")

    async def failed_jobs(self) -> list[Json]:
        """Every background job that ended in an exception, oldest first."""
        return await self._json("GET", "/sandbox/failed_jobs")  # type: ignore[no-any-return]

    async def _json(self, method: str, path: str, body: object = None) -> Any:
        response = await self._http.request(method, path, json=body)
        response.raise_for_status()
        return response.json() if response.content else None
