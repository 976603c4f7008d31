"""What `make test` leaves to `make long` is what its tables' short forms do not name."""

import pytest

PLUGIN = "from tests.short_forms import mark_long_forms as pytest_collection_modifyitems"
INI = """[pytest]
asyncio_default_fixture_loop_scope = function
markers =
    long
    short_form
"""
TABLE = """
import pytest

@pytest.mark.short_form({cases})
@pytest.mark.parametrize("way", ["hot", "warm"])
@pytest.mark.parametrize("name", ["400", "529"])
def test_of_a_table(name, way): pass

def test_of_its_own(): pass
"""


def chosen(pytester: pytest.Pytester, cases: str, *arguments: str) -> pytest.RunResult:
    """A run of the table with this short form."""
    pytester.makeini(INI)
    pytester.makeconftest(
        f"import pytest\n{PLUGIN}\n"
        "pytest_collection_modifyitems = pytest.hookimpl(tryfirst=True)"
        "(lambda config, items, mark=pytest_collection_modifyitems: mark(config, items))"
    )
    pytester.makepyfile(test_it=TABLE.format(cases=cases))
    return pytester.runpytest("-v", *arguments)


def test_named_cases_and_all_other_tests_stay(pytester: pytest.Pytester) -> None:
    """A case by its whole id, or all that begin with a word of it."""
    result = chosen(pytester, '"400-hot", "529"', "-m", "not long")
    result.assert_outcomes(passed=4, deselected=1)
    result.stdout.no_fnmatch_line("*400-warm*PASSED*")


def test_the_rest_is_long(pytester: pytest.Pytester) -> None:
    """`make long` runs what is left out, and no more."""
    result = chosen(pytester, '"400-hot", "529"', "-m", "long")
    result.assert_outcomes(passed=1, deselected=4)


def test_a_case_that_no_test_has_is_refused(pytester: pytest.Pytester) -> None:
    """Renamed, it would leave `make test` unseen."""
    result = chosen(pytester, '"404-hot"')
    result.stderr.fnmatch_lines(["*no such case, named by short_form: *of_a_table?404-hot?*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR
