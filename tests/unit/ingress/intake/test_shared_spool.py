"""Two ingresses over one spool: a rolling deploy while Redis is away (from the fault suite)."""

from pathlib import Path

from ingress.intake.spool import Spool
from tests.deliveries import inbound


async def test_a_message_that_the_other_took_is_no_error(tmp_path: Path) -> None:
    """Both have read it; the second finds its file gone and goes on."""
    one = Spool(tmp_path)
    await one.put(inbound(1))
    other = Spool(tmp_path)
    [(file, _)], [(same, _)] = one.peek(10), other.peek(10)
    one.remove(file)
    other.remove(same)
    assert (one.waiting, other.waiting) == (0, 0)


async def test_what_the_other_took_is_not_waited_for(tmp_path: Path) -> None:
    """A count that never reached 0 again would keep the feeder turning without a pause."""
    one = Spool(tmp_path)
    for number in (1, 2):
        await one.put(inbound(number))
    other = Spool(tmp_path)
    for file, _ in one.peek(10):
        one.remove(file)
    assert other.waiting == 2
    assert other.peek(10) == []
    assert other.waiting == 0
