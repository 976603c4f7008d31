"""What the stand-in model was asked, as it recorded it."""

from dataclasses import dataclass

import httpx

from sandbox.model.conversation import read_conversation
from sandbox.model.script import typed_words
from tests.patience import PATIENCE_S


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request to POST /v1/messages."""

    at: float
    """Unix time in seconds when it came in."""
    session: str
    said: tuple[str, ...]
    """What the person typed, oldest first, the message to be answered last."""
    prompts: tuple[str, ...] = ()
    """The same with all that the service put above it."""


async def model_requests(sandbox_url: str) -> list[ModelRequest]:
    """All that are remembered, oldest first."""
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        answer = await http.get(f"{sandbox_url}/model/requests")
        answer.raise_for_status()
    return [
        ModelRequest(
            request["at"],
            request["session"],
            tuple(typed_words(text) for text in read_conversation(request).said),
            read_conversation(request).said,
        )
        for request in answer.json()["requests"]
    ]
