"""The wire form that each acceptance writes is that of the event itself."""

from hypothesis import given
from hypothesis import strategies as st

from shared.between_processes.live_events import Queued, queued


@given(job=st.text(st.characters(codec="utf-8")), at_ms=st.integers(0, 2**53))
def test_what_is_written_unchecked_reads_as_the_event(job: str, at_ms: int) -> None:
    """Byte by byte, whatever a job is called."""
    assert queued(job, at_ms).decode() == Queued(job=job, at_ms=at_ms).wire()
