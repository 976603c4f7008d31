"""`python -m operate budgets` on a real server."""

from pathlib import Path

from redis.asyncio import Redis

from consumer.budgets.reservations import Reserved
from shared.keys import Keys
from tests.integration.budgets.test_reservations import Till, _counter
from tests.integration.conftest import Operate

BOTS = {
    "ops": "budgets: {bot: {usd: 5}}\n",
    "assistant": "",
}


async def test_the_command_lists_what_was_used_and_until_when(
    operate: Operate, redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """A line for each budget that is in use; running turns' part is in it."""
    for name, more in BOTS.items():
        text = f"id: {name}\nname: {name}\nsystem_prompt: x\n{more}"
        (tmp_path / f"{name}.yaml").write_text(text)

    async def told() -> str:
        code, said = await operate("budgets", BOTS_DIR=str(tmp_path), BOT_KEY_OPS="3-abcdef123456")
        assert code == 0, said
        return said

    assert await told() == "nothing was used of any budget\n"
    till, counter = Till(redis, keys), _counter(usd=5)
    done = await till.reserve(await till.claim(1), counter)
    assert isinstance(done, Reserved)
    await till.reservations.settle(await till.claim(1), done, 1500, 1_250_000)
    claim = await till.claim(2)
    running = await till.reserve(claim, counter)
    assert isinstance(running, Reserved)
    await till.reservations.note(claim, running, 500)
    (line,) = (await told()).splitlines()
    until = f"until {counter.ends:%Y-%m-%d %H:%M} UTC"
    assert line.startswith("ops  bot  per day: 2,000 tokens, US$")
    assert " of US$5.00, 2 messages" in line
    assert line.endswith(until)
