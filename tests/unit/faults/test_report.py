"""What a failed run says of what it broke."""

from collections import Counter

from tests.faults.history import History, Violation
from tests.faults.report import OF_EACH, excerpt
from tests.faults.scenarios import ALL
from tests.faults.suite import Result


def test_many_of_one_kind_do_not_hide_another() -> None:
    """Of each promise that was broken some are told."""
    late = [Violation("I7", str(number), "was refused: late") for number in range(20)]
    result = Result(
        scenario=ALL[0],
        seed=1,
        history=History(),
        violations=[*late, Violation("I14", "s1", "was open in a and b")],
        trouble="",
        noise=[],
        seconds=1.0,
    )
    told = Counter(line.split()[0] for line in excerpt(result).splitlines())
    assert (told["I7"], told["I14"]) == (OF_EACH, 1)
