"""A question to the Messages API outside of any turn: a count of tokens, which costs nothing.

What a turn would fail of is read from the answer as from a turn's end. A gateway need not count
tokens: then it was reached, and says nothing of the model.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from consumer.agent import AgentUnauthorized, AgentUnavailable, TurnFailed, UnknownModel, by_answer
from consumer.certificates import trusted
from shared.numbers import whole_number

ANTHROPIC = "https://api.anthropic.com"
PATH = "/v1/messages/count_tokens"
MESSAGES = "/v1/messages"
GREETING = ({"role": "user", "content": "hello"},)
TIMEOUT_S = 10.0
DOES_NOT_COUNT = (400, 404, 405, 422, 501)
"""What gateways say of a path that they do not know, or of what their provider does not offer."""
KEY = re.compile(r"[\x21-\x7e]*")
"""What a header can carry: a key that was copied with its "…" is none."""
MOST_READ = 2000
"""Characters of an answer: an error of the API's is short."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says of a turn that would be asked for now."""

    fault: type[TurnFailed] | None = None
    """What it would fail of; None: nothing that is known."""
    said: str = ""
    """The status, or what kept it from being reached."""
    counts: bool = True
    """Whether tokens are counted there; if not, nothing is known of the key and the model."""
    wait_s: int | None = None
    """Seconds for which nobody should ask again, where the answer said so."""


@dataclass(frozen=True, slots=True)
class MessagesApi:
    """The Messages API at `base_url` (None: Anthropic's), as the holder of this key."""

    base_url: str | None
    api_key: str
    transport: httpx.AsyncBaseTransport | None = None

    async def ask(self, model: str, *, within_s: float = TIMEOUT_S) -> Reading:
        """Have a greeting to `model` counted; never raises for what it answers, or does not."""
        body = {"model": model, "messages": GREETING}
        return await self._asked(PATH, model, body, within_s)

    async def greet(self, model: str, *, within_s: float = TIMEOUT_S) -> Reading:
        """Ask `model` for one token, where only a message of its own meets what a message meets:
        Anthropic's limits of messages and of counts are apart. Costs that token; as `ask`."""
        body = {"model": model, "max_tokens": 1, "messages": GREETING}
        return await self._asked(MESSAGES, model, body, within_s)

    async def _asked(
        self, path: str, model: str, body: Mapping[str, Any], within_s: float
    ) -> Reading:
        if not KEY.fullmatch(self.api_key):
            return Reading(AgentUnauthorized, "it holds signs that no header carries")
        headers = {"x-api-key": self.api_key, "anthropic-version": "2023-06-01"}
        url = (self.base_url or ANTHROPIC).rstrip("/") + path
        try:
            async with asyncio.timeout(within_s), self._client() as http:
                return read(model, await http.post(url, json=body, headers=headers))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return Reading(AgentUnavailable, type(error).__name__)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=TIMEOUT_S, transport=self.transport, verify=trusted())


def read(model: str, answer: httpx.Response) -> Reading:
    """What this answer says of `model`."""
    status, text = answer.status_code, answer.text[:MOST_READ]
    if answer.is_success:
        return Reading(said=str(status), counts="input_tokens" in text)
    wait_s = whole_number(answer.headers.get("Retry-After"))
    fault = by_answer(status, text)
    # Anthropic's names the model that it does not have; who does not know the path does not.
    if fault is UnknownModel and model in text:
        return Reading(fault, str(status))
    if status in DOES_NOT_COUNT and fault is by_answer(status, ""):
        return Reading(said=str(status), counts=False)
    return Reading(fault, str(status), wait_s=wait_s)
