"""Named steps at which a test may end the process as kill -9 does, so that each is hit for sure.

`KILL_AT=turn.posted` dies at the first pass of that step, `turn.posted#3` at the third;
several are separated by commas. Unset, which is always outside tests, a step costs a lookup.
"""

import os
import signal
from collections import Counter

STEPS = (
    "ingress.received",  # read and admitted, nothing stored
    "ingress.accepted",  # stored and queued, not answered
    "turn.claimed",  # the consumer holds the claim, nothing done
    "turn.file_kept",  # a file of the answer is copied, nothing stored
    "budget.reserved",  # what the turn may use is set aside, it has not begun
    "budget.settled",  # the turn is over and paid, nothing stored
    "turn.answered",  # the agent has answered, its files are kept, nothing stored
    "turn.stored",  # the reply is stored, nothing posted
    "turn.posting",  # one part is about to be posted
    "turn.posted",  # Campfire has it, no record of it here
    "turn.recorded",  # one part is posted and recorded
    "turn.editing",  # all parts posted and recorded, the asker's name in them is still text
    "turn.edited",  # it is a mention, not settled
    "turn.settling",  # all parts posted and recorded, not settled
    "turn.settled",  # settled, arq has not finished the job
    "turn.postponed",  # given back to run again later
    "tool.calling",  # a tool call is allowed and on record, and has not begun
    "tool.called",  # it has run, the agent does not know its result
    "tool.posting",  # a tool's message is on record and about to be sent
    "tool.posted",  # Campfire has it, no record of its id here
    "tool.recorded",  # it is recorded, the agent does not know
    "tool.boosting",  # a tool's boost is on record and about to be put up
    "tool.boosted",  # Campfire has it, no record of its id here
    "tool.boost_recorded",  # it is recorded beside the one it replaces, the agent does not know
    "approval.asked",  # a request is recorded, the call not yet denied
    "approval.answered",  # a yes or no is carried out, the control word not answered
    "approval.taken",  # an approved call counts as run, and has not
    "approval.ran",  # it has, no record of that here
    "approval.ended",  # it is recorded, the agent does not know
    "approval.concluded",  # what became of it is recorded, nothing stored of the answer
    "progress.boosted",  # Campfire has a boost, no record of its id here
    "progress.boost_recorded",  # the new boost stands beside the one it replaces
    "progress.unboosted",  # the old one is gone, no record of that here
    "progress.message_posted",  # Campfire has the progress message, no record of its id here
    "progress.message_deleted",  # it is gone, the answer is not posted
    "on_time.firing",  # a time has come, its message is not in the queue
    "on_time.fired",  # it is, and the next time stands in its place
    "catch_up.accepted",  # one message caught up on, others of its room not yet
    "upgrade.carried",  # some of what an older release left is carried over, the rest is not
    "queue.reclaimed",  # took over from a dead predecessor, nothing claimed
)

_passes: Counter[str] = Counter()
_wanted = frozenset(os.environ.get("KILL_AT", "").split(",")) - {""}


def reached(step: str) -> None:
    """Die here if the environment asks for it."""
    if not _wanted:
        return
    _passes[step] += 1
    if (step in _wanted and _passes[step] == 1) or f"{step}#{_passes[step]}" in _wanted:
        os.kill(os.getpid(), signal.SIGKILL)
