"""Nobody set ADMIN_TOKEN: the processes make one, agree on it, and say where it stands."""

import asyncio

from shared.startup.admin_token import admin_token_file
from tests.acceptance.stack import Stack


async def test_both_processes_read_the_token_that_one_of_them_wrote(stack: Stack) -> None:
    """Each names the file in its log, and no line of either holds the token, which opens."""
    file = admin_token_file(stack.folder / "data")
    for process in (stack.web, stack.worker):
        assert (await process.log.event("admin_token_in_file"))["file"] == str(file)
    token = await asyncio.to_thread(file.read_text)
    for path in ("/queue/stats", "/session/stats"):
        assert (await stack.http.get(path)).status_code == 401
        assert (await stack.http.get(path, headers=stack.operator)).status_code == 200
    lines = [line for process in stack.processes.values() for line in process.log.lines]
    assert not [line for line in lines if token.strip() in line]


async def test_the_token_outlives_its_writer(stack: Stack) -> None:
    """After a restart of both it is the same one."""
    before = stack.operator
    await stack.web.restart()
    await stack.worker.restart()
    await stack.ready()
    assert stack.operator == before
    assert (await stack.http.get("/queue/stats", headers=before)).status_code == 200
