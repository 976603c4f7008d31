"""The checker: a history in, the broken promises (docs/architecture.md) out. Pure."""

from collections.abc import Callable, Iterator

from tests.faults.checks.approvals import approved_at_most_once
from tests.faults.checks.budgets import no_budget_overstepped
from tests.faults.checks.clients import one_open_client
from tests.faults.checks.exclusion import one_turn_at_a_time
from tests.faults.checks.leaks import nothing_leaked
from tests.faults.checks.on_time import each_time_once
from tests.faults.checks.order import in_order_of_acceptance
from tests.faults.checks.outcomes import nothing_missing, one_outcome, one_reply
from tests.faults.checks.records import written_by_its_owner
from tests.faults.checks.refusals import refused_are_told
from tests.faults.checks.silence import empty_answers
from tests.faults.checks.waiting import lane_goes_on, others_undisturbed
from tests.faults.history import History, Violation

Check = Callable[[History], Iterator[Violation]]

CHECKS: tuple[Check, ...] = (
    one_outcome,  # I1
    one_turn_at_a_time,  # I2
    in_order_of_acceptance,  # I3
    one_reply,  # I4
    lane_goes_on,  # I5
    others_undisturbed,  # I6
    nothing_missing,  # I7
    nothing_leaked,  # I8
    empty_answers,  # I9
    approved_at_most_once,  # I10
    each_time_once,  # I11
    no_budget_overstepped,  # I12
    refused_are_told,  # I13
    one_open_client,  # I14
    written_by_its_owner,  # I15
)


def violations(history: History) -> list[Violation]:
    """Every broken promise, by invariant."""
    history.sort()
    return [violation for check in CHECKS for violation in check(history)]
