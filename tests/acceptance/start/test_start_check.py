"""The worker says at its start what of all that it needs is right, and is ready whatever is not."""

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import SECRETS
from tests.acceptance.outages.test_ready import is_missing
from tests.acceptance.stack import Stack
from tests.conftest import eventually


def _found(stack: Stack) -> dict[str, str]:
    """The last word on each subject."""
    return {line["subject"]: line["found"] for line in stack.worker.log.events("start_check")}


async def test_where_all_is_right_it_says_so(stack: Stack) -> None:
    """Campfire, each bot's key and tools, and the model, which was asked to count tokens."""
    await stack.worker.log.event("start_check_good")
    found = _found(stack)
    assert found["campfire"].startswith("Campfire, newer")
    assert found["key of assistant"] == "accepted"
    assert found["tools of assistant"] == "none"
    assert {word for subject, word in found.items() if subject.startswith("model ")} == {"answers"}
    assert not [line for line in stack.worker.log.lines for secret in SECRETS if secret in line]


async def test_what_is_wrong_is_said_and_delays_nothing(
    new_stack: NewStack, valkey: EmbeddedValkey
) -> None:
    """A Redis in Campfire's place, a model that is not there: it starts, and is not ready."""
    stack = new_stack(
        CAMPFIRE_URL=f"http://127.0.0.1:{valkey.port}", ANTHROPIC_BASE_URL="http://127.0.0.1:9"
    )
    await stack.start()
    await stack.worker.log.event("consumer_ready")
    await eventually(lambda: is_missing(stack, "campfire, model"))
    await stack.worker.log.until(
        lambda: any(subject.startswith("model ") for subject in _found(stack)),
        "a word on the model",
    )
    found = _found(stack)
    assert found["campfire"].startswith("no web server")
    assert "key of assistant" not in found
    told = {word for subject, word in found.items() if subject.startswith("model ")}
    assert told == {"not reachable: ConnectError"}
    assert not stack.worker.log.events("start_check_good")
