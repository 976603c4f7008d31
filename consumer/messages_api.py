"""One question to the Messages API that costs nothing, outside of any turn."""

from typing import Any

import httpx

ANTHROPIC = "https://api.anthropic.com"
TIMEOUT_S = 10.0


async def status_of(
    method: str,
    path: str,
    *,
    base_url: str | None,
    api_key: str,
    transport: httpx.AsyncBaseTransport | None = None,
    body: dict[str, Any] | None = None,
) -> int:
    """The status of its answer, from Anthropic's where there is no `base_url`.

    Raises httpx.HTTPError or httpx.InvalidURL when it could not be reached within 10 s.
    """
    headers = {"x-api-key": api_key, "anthropic-version": "2023-06-01"}
    url = (base_url or ANTHROPIC).rstrip("/") + path
    async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=transport) as http:
        return (await http.request(method, url, json=body, headers=headers)).status_code
