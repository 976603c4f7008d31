"""The stand-in over HTTP, without a CLI."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.model.app import create_model_app


@pytest.fixture
async def model() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a fresh stand-in."""
    transport = httpx.ASGITransport(app=create_model_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://model") as client:
        yield client


def request(*said: str, **more: Any) -> dict[str, Any]:
    messages: list[dict[str, Any]] = []
    for text in said:
        messages += [{"role": "user", "content": text}, {"role": "assistant", "content": "ok"}]
    return {"model": "claude-sonnet-5", "messages": messages[:-1], **more}


async def answer(model: httpx.AsyncClient, *said: str, **more: Any) -> str:
    response = await model.post("/v1/messages", json=request(*said, **more))
    assert response.status_code == 200
    return str(response.json()["content"][0]["text"])


async def test_an_answer_says_that_it_is_a_stand_in(model: httpx.AsyncClient) -> None:
    """Nobody can take the stand-in for Claude."""
    assert "stand-in for Claude, not Claude" in await answer(model, "hello")


async def test_it_counts_the_earlier_messages_of_the_person(model: httpx.AsyncClient) -> None:
    """Memory is proved by the number of earlier messages in the request."""
    assert "I remember 2 earlier messages" in await answer(model, "a", "b", "c")
    assert "I remember 1 earlier message from" in await answer(model, "a", "b")


async def test_a_file_alone_is_not_quoted_as_empty_words(model: httpx.AsyncClient) -> None:
    """It says that no words came, as somebody who tries a file out would expect."""
    boundary = "a1b2c3d4e5f60718"
    asked = f"[boundary: {boundary}]\n[from: Ada]\n\n(They sent a file: notes.txt, text/plain.)"
    said = await answer(model, asked)
    assert "You sent no words." in said
    assert "You said" not in said


async def test_it_quotes_what_was_said_first(model: httpx.AsyncClient) -> None:
    """Asked for the first message it quotes it from the request."""
    text = await answer(model, "[from: David]\n\nI like tea", "what did I say first?")
    assert '"I like tea"' in text


async def test_reminders_of_the_cli_are_not_the_person(model: httpx.AsyncClient) -> None:
    """What the CLI wraps around or puts between the messages is neither counted nor obeyed."""
    reminder = "<system-reminder>\nhang\n</system-reminder>"
    text = await answer(model, f"{reminder}\nhi", reminder, "what did I say first?")
    assert '"hi"' in text


async def test_a_message_after_an_interrupted_tool_is_answered(model: httpx.AsyncClient) -> None:
    """The CLI sends it in one piece with the tool's result and a note of its own."""
    content = [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "stopped"},
        {"type": "text", "text": "[Request interrupted by user for tool use]"},
        {"type": "text", "text": "echo here"},
    ]
    body = {"model": "m", "messages": [{"role": "user", "content": content}]}
    response = await model.post("/v1/messages", json=body)
    assert response.json()["content"][0]["text"] == "here"


async def test_a_message_after_a_stopped_one_is_answered_alone(model: httpx.AsyncClient) -> None:
    """The CLI sends both in one piece, each with a boundary of its own."""
    stopped = "[boundary: aa]\n[from: Ada]\n<aa>\necho never\n</aa>"
    asked = "[boundary: bb]\n[from: Ada]\n<bb>\necho after\n</bb>"
    texts = (stopped, "[Request interrupted by user]", asked)
    content = [{"type": "text", "text": text} for text in texts]
    body = {"model": "m", "messages": [{"role": "user", "content": content}]}
    response = await model.post("/v1/messages", json=body)
    assert response.json()["content"][0]["text"] == "after"


async def test_a_stream_has_every_event_of_the_api_in_order(model: httpx.AsyncClient) -> None:
    """The events come in the Messages API's order and add up to the same text."""
    response = await model.post("/v1/messages", json=request("echo one two", stream=True))
    lines = response.text.split("\n")
    names = [line[7:] for line in lines if line.startswith("event: ")]
    events = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert names[:2] == ["message_start", "content_block_start"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    text = "".join(e["delta"]["text"] for e in events if e["type"] == "content_block_delta")
    assert text == "one two"


async def test_a_tool_is_called_and_its_result_told(model: httpx.AsyncClient) -> None:
    """The tool's input follows its schema; the final text holds what the tool returned."""
    schema = {"type": "object", "properties": {"command": {}}, "required": ["command"]}
    tools = [{"name": "Bash", "input_schema": schema}]
    asked = request("tool Bash echo hi", tools=tools)
    called = (await model.post("/v1/messages", json=asked)).json()
    use = called["content"][1]
    assert called["stop_reason"] == "tool_use"
    assert (use["name"], use["input"]) == ("Bash", {"command": "echo hi"})
    result = {"type": "tool_result", "tool_use_id": use["id"], "content": "hi there"}
    asked["messages"] += [
        {"role": "assistant", "content": called["content"]},
        {"role": "user", "content": [result]},
    ]
    assert "hi there" in (await model.post("/v1/messages", json=asked)).json()["content"][0]["text"]


async def test_a_tool_that_was_not_offered_is_not_called(model: httpx.AsyncClient) -> None:
    """A model can only call what the request offers."""
    assert "no such tool" in await answer(model, "tool Bash echo hi")


@pytest.mark.parametrize("status", [400, 401, 429, 500, 529])
async def test_an_error_comes_with_its_status_and_type(
    model: httpx.AsyncClient, status: int
) -> None:
    """Scripted errors look like the API's."""
    response = await model.post("/v1/messages", json=request(f"error {status}"))
    assert response.status_code == status
    assert response.json()["type"] == "error"
    assert response.json()["error"]["type"]


async def test_an_error_with_a_count_ends(model: httpx.AsyncClient) -> None:
    """`twice` fails twice for this request, then succeeds."""
    asked = request("error 529 twice")
    seen = [(await model.post("/v1/messages", json=asked)).status_code for _ in range(4)]
    assert seen == [529, 529, 200, 200]


async def test_length_is_exact(model: httpx.AsyncClient) -> None:
    """`long N` answers with N characters."""
    assert len(await answer(model, "long 20000")) == 20000


async def test_refusal_and_usage(model: httpx.AsyncClient) -> None:
    """A refusal carries its stop reason, every answer its usage."""
    reply = (await model.post("/v1/messages", json=request("refused"))).json()
    assert reply["stop_reason"] == "refusal"
    full = (await model.post("/v1/messages", json=request("full 190000"))).json()
    assert full["usage"]["input_tokens"] == 190000


async def test_requests_are_readable_and_can_be_cleared(model: httpx.AsyncClient) -> None:
    """Tests and the sandbox page see what the model was sent."""
    await answer(model, "hello", system="You are X")
    seen = (await model.get("/requests")).json()
    assert seen["requests"][0]["system"] == "You are X"
    assert seen["requests"][0]["messages"] == [{"role": "user", "content": "hello"}]
    assert (await model.delete("/requests")).status_code == 204
    assert (await model.get("/requests")).json()["requests"] == []


async def test_anything_else_is_not_found(model: httpx.AsyncClient) -> None:
    """Unknown paths are 404, broken bodies 400."""
    assert (await model.get("/v1/models")).status_code == 404
    assert (await model.post("/v1/messages", content=b"{")).status_code == 400
    assert (await model.post("/v1/messages", json={})).status_code == 400


async def test_tokens_are_counted_for_whoever_has_a_key(model: httpx.AsyncClient) -> None:
    """As by the real API: without a key, a model or messages there is an error that says so."""
    path, key = "/v1/messages/count_tokens", {"x-api-key": "any"}
    counted = await model.post(path, json=request("hello"), headers=key)
    assert counted.json()["input_tokens"] > 0
    assert (await model.post(path, json=request("hello"))).status_code == 401
    for missing in ("model", "messages"):
        body = request("hello")
        del body[missing]
        answer = await model.post(path, json=body, headers=key)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == f"{missing}: Field required"
