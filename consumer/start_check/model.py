"""Whether the model answers: its tokens are counted, which costs nothing."""

import httpx

from consumer.messages_api import status_of
from consumer.start_check.finding import Finding

_MEANING = {
    401: "the API key is refused: set ANTHROPIC_API_KEY",
    403: "the API key may not use it",
    404: "unknown there: check the bot file's `model` (or a gateway that counts no tokens)",
    429: "too many requests just now",
    529: "overloaded just now",
}


async def model_finding(
    model: str, api_key: str, base_url: str | None, transport: httpx.AsyncBaseTransport | None
) -> Finding:
    """Ask the Messages API at `base_url` (Anthropic's without one) about this model."""
    body = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    try:
        status = await status_of(
            "POST",
            "/v1/messages/count_tokens",
            base_url=base_url,
            api_key=api_key,
            transport=transport,
            body=body,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(f"model {model}", f"not reachable: {type(error).__name__}", good=False)
    found = _MEANING.get(status, f"answers {status}")
    return Finding(f"model {model}", "answers" if status == 200 else found, good=status == 200)
