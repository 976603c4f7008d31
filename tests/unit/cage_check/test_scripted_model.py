"""The model of the check hears the CLI that it is for, and nobody else of the machine."""

from typing import Any

import httpx
from httpx import URL

from consumer.scripted_model import ScriptedModel


def told(words: str) -> dict[str, Any]:
    """What a CLI sends once the command has run."""
    ran = {"type": "tool_result", "tool_use_id": "toolu_check", "content": words}
    return {"model": "m", "messages": [{"role": "user", "content": [ran]}]}


async def test_only_who_was_told_its_address_says_what_the_command_printed() -> None:
    """Else any program that finds the port says that the cage holds."""
    async with ScriptedModel("Bash", {"command": "true"}) as model, httpx.AsyncClient() as http:
        found = str(URL(model.url).copy_with(path="/v1/messages"))
        given = f"{model.url}/v1/messages"
        for address, status in ((given, 200), (found, 404)):
            answer = await http.post(address, json=told(address))
            assert answer.status_code == status
        assert model.result == given
